package io.ipipou.core.config;

import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.state.Ipv4;
import java.util.List;
import java.util.Optional;

/** What one tunnel has to say, and what it may not, by its mode. */
final class TunnelRules {

    private static final List<String> AUTHENTICATED = List.of("keepalive");
    private static final List<String> SERVER_ONLY = List.of("alias", "authLifetime", "maxClockSkew", "reply");

    private final Value root;
    private final AuthReader auth;
    private final SchemaMessages messages;
    private final Problems problems;

    TunnelRules(Value root, AuthReader auth, SchemaMessages messages, Problems problems) {
        this.root = root;
        this.auth = auth;
        this.messages = messages;
        this.problems = problems;
    }

    void check(TunnelDraft tunnel) {
        if (problems.isFlagged(tunnel.at())) {
            return; // not even a mapping
        }
        complete(tunnel.at());
        tunnel.address()
                .filter(own -> tunnel.peerAddress()
                        .filter(peer -> peer.value().bits() == own.value().bits())
                        .isPresent())
                .ifPresent(own -> problems.error(
                        tunnel.peerAddress().orElseThrow().at(),
                        own.at().shown() + "is this end's own address",
                        "write the address of the other end"));
        tunnel.mode().ifPresent(mode -> {
            tunnel.peer().ifPresent(peer -> mode(tunnel, mode.value(), peer));
            without(tunnel, mode.value());
            loops(tunnel);
        });
    }

    private void complete(Value tunnel) {
        need(tunnel, "mode");
        need(tunnel, "peer");
        need(tunnel, "local");
        need(tunnel, "inner");
        tunnel.get("inner").ifPresent(inner -> need(inner, "address"));
        tunnel.get("local").filter(local -> !problems.isFlagged(local)).ifPresent(local -> {
            need(local, "port");
            if (local.get("device").isEmpty() && local.get("address").isEmpty()) {
                problems.lacking(local, "has neither device nor address", "add one of them");
            }
        });
    }

    private void need(Value at, String key) {
        if (at.get(key).isEmpty() && !problems.isFlagged(at)) {
            messages.missing(at, key);
        }
    }

    private void mode(TunnelDraft tunnel, Mode mode, At<Peer> peer) {
        Optional<Value> entry =
                root.get("peers").flatMap(p -> p.get(peer.value().name()));
        boolean endpoint = entry.flatMap(e -> e.get("endpoint")).isPresent();
        boolean proof = entry.flatMap(e -> e.get("auth")).isPresent();
        if (mode != Mode.SERVER && !endpoint) {
            problems.error(
                    peer.at(),
                    who(peer) + " has no endpoint, and mode " + mode + " needs it",
                    "add " + where(peer) + ".endpoint");
        }
        if (mode == Mode.CLIENT && !proof) {
            problems.error(
                    peer.at(),
                    who(peer) + " has no auth, and mode client needs something to prove itself with",
                    "add " + where(peer) + ".auth, or use mode: static");
        }
        if (mode == Mode.SERVER && !proof && !endpoint) {
            problems.error(
                    peer.at(),
                    who(peer) + " has neither auth nor an endpoint, so nothing could ever be sent to it",
                    "add " + where(peer) + ".auth");
        }
        peer.value().auth().filter(a -> mode != Mode.STATIC).ifPresent(a -> capable(tunnel, mode, a));
    }

    private static String who(At<Peer> peer) {
        return "peer " + Quote.value(peer.value().name());
    }

    private static String where(At<Peer> peer) {
        return NodePath.ROOT.key("peers").key(peer.value().name()).toString();
    }

    private void capable(TunnelDraft tunnel, Mode mode, Auth entry) {
        Value at = root.get("auth").flatMap(a -> a.get(entry.name())).orElseThrow();
        boolean client = mode == Mode.CLIENT;
        String use = "with which " + (client ? "this host proves itself in " : "the peer is checked in ");
        auth.check(entry, at, client ? Requirement.TO_AUTHENTICATE : Requirement.TO_VERIFY, use + tunnel.label());
    }

    /** With a device, the outer packets' route is looked up among that device's alone. */
    private void loops(TunnelDraft tunnel) {
        Optional<Ipv4> remote = tunnel.peer().flatMap(p -> p.value().endpoint()).flatMap(RemoteEndpoint::address);
        if (remote.isPresent() && tunnel.local().device().isEmpty()) {
            tunnel.routes().stream()
                    .filter(route -> route.value().contains(remote.get()))
                    .forEach(route -> problems.warning(
                            route.at(),
                            route.at().shown() + "holds the peer's endpoint " + remote.get()
                                    + ", so that outer packets would go into the tunnel again",
                            "add local.device"));
        }
    }

    /** Warns of what the tunnel itself says, not defaults, and what its mode has no use for. */
    private void without(TunnelDraft tunnel, Mode mode) {
        tunnel.at().entries().forEach((key, value) -> {
            if ((mode != Mode.SERVER && SERVER_ONLY.contains(key))
                    || (mode == Mode.STATIC && AUTHENTICATED.contains(key))) {
                problems.warning(value, "has no effect in mode " + mode, "leave it out");
            }
        });
    }
}
