package io.ipipou.core.config;

import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads the entries of {@code tunnels}, each over {@code defaults}. */
final class TunnelReader {

    private static final Duration KEEPALIVE = Duration.ofSeconds(27);
    private static final Duration AUTH_LIFETIME = Duration.ofHours(1);
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(2);

    private final Value root;
    private final Map<String, Peer> peers;
    private final PeerReader references;
    private final FieldReader fields;

    TunnelReader(Value root, Map<String, Peer> peers, PeerReader references, FieldReader fields) {
        this.root = root;
        this.peers = peers;
        this.references = references;
        this.fields = fields;
    }

    List<TunnelDraft> read() {
        Optional<Value> defaults = root.get("defaults");
        // So that a mistake in defaults is found when no tunnel inherits it.
        defaults.ifPresent(d -> draft(d, Optional.empty()));
        return root.get("tunnels").map(Value::entries).orElse(Map.of()).values().stream()
                .map(tunnel -> draft(tunnel.over(defaults), fields.tunnelName(tunnel)))
                .toList();
    }

    private TunnelDraft draft(Value tunnel, Optional<LinkName> name) {
        Optional<Value> inner = tunnel.get("inner");
        return new TunnelDraft(
                tunnel,
                name,
                read(tunnel.get("mode"), this::mode),
                read(tunnel.get("peer"), this::peer),
                local(tunnel.get("local")),
                read(inner.flatMap(i -> i.get("address")), fields::unicast),
                read(inner.flatMap(i -> i.get("peer")), fields::unicast),
                tunnel.get("routes").map(Value::items).orElse(List.of()).stream()
                        .flatMap(route -> read(Optional.of(route), fields::prefix).stream())
                        .toList(),
                read(tunnel.get("alias"), this::alias),
                options(tunnel));
    }

    private TunnelDraft.Local local(Optional<Value> local) {
        return new TunnelDraft.Local(
                local,
                read(local.flatMap(l -> l.get("device")), fields::device),
                read(local.flatMap(l -> l.get("address")), fields::outer),
                local.flatMap(l -> l.get("port")).flatMap(fields::number));
    }

    private TunnelDraft.Options options(Value tunnel) {
        Optional<Integer> mtu = tunnel.get("mtu").flatMap(v -> fields.numberOr("auto", 0, v));
        return new TunnelDraft.Options(
                mtu.filter(m -> m != 0).map(OptionalInt::of).orElse(OptionalInt.empty()),
                tunnel.get("ttl").flatMap(v -> fields.numberOr("inherit", 0, v)).orElse(0),
                flag(tunnel, "encapChecksum", false),
                Optional.of(duration(tunnel, "keepalive", KEEPALIVE)).filter(d -> !d.isZero()),
                duration(tunnel, "authLifetime", AUTH_LIFETIME),
                duration(tunnel, "maxClockSkew", MAX_CLOCK_SKEW),
                flag(tunnel, "reply", true));
    }

    private boolean flag(Value tunnel, String key, boolean otherwise) {
        return tunnel.get(key).flatMap(fields::flag).orElse(otherwise);
    }

    private Duration duration(Value tunnel, String key, Duration otherwise) {
        return tunnel.get(key).flatMap(fields::duration).orElse(otherwise);
    }

    private Optional<Mode> mode(Value value) {
        return fields.text(value).flatMap(Mode::parse);
    }

    private Optional<Peer> peer(Value value) {
        return references
                .referenced(value, root, "peers")
                .flatMap(entry -> Optional.ofNullable(peers.get(entry.path().key())));
    }

    private Optional<AliasChoice> alias(Value value) {
        return fields.text(value).flatMap(text -> switch (text) {
            case "auto" -> Optional.of(new AliasChoice.Auto());
            case "never" -> Optional.of(new AliasChoice.Never());
            default -> fields.ipv4(value).map(AliasChoice.Fixed::new);
        });
    }

    private static <T> Optional<At<T>> read(Optional<Value> value, Function<Value, Optional<? extends T>> reader) {
        return value.flatMap(v -> reader.apply(v).map(read -> new At<T>(read, v)));
    }
}
