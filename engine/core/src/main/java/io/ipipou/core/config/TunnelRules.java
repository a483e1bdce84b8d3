package io.ipipou.core.config;

import io.ipipou.core.config.TunnelEntry.PeerEntry;
import io.ipipou.spi.state.Ipv4;
import java.util.Optional;

/** What the table cannot say of one tunnel: how its settings and its peer's go together. */
final class TunnelRules {

    private final AuthRules auth;
    private final Problems problems;

    TunnelRules(AuthRules auth, Problems problems) {
        this.auth = auth;
        this.problems = problems;
    }

    void check(TunnelEntry tunnel) {
        ownAddressAsPeer(tunnel.values());
        loops(tunnel);
        tunnel.values().find(TunnelFields.MODE).map(At::value).ifPresent(mode -> {
            withoutEffect(tunnel.values().at(), mode);
            tunnel.peer().ifPresent(peer -> {
                peer(tunnel, mode, peer);
                auth.check(tunnel, mode, peer.peer());
            });
        });
    }

    private void ownAddressAsPeer(FieldValues tunnel) {
        Optional<Ipv4> own =
                tunnel.find(TunnelFields.INNER, TunnelFields.INNER_ADDRESS).map(At::value);
        tunnel.find(TunnelFields.INNER, TunnelFields.INNER_PEER)
                .filter(peer -> own.filter(peer.value()::equals).isPresent())
                .ifPresent(peer -> problems.error(
                        peer.at(),
                        peer.at().shown() + "is this host's own inner address",
                        "write the inner address of the peer"));
    }

    private void peer(TunnelEntry tunnel, Mode mode, PeerEntry peer) {
        Value at = tunnel.values().find(TunnelFields.PEER).orElseThrow().at();
        boolean endpoint = peer.values().has(FileFormat.ENDPOINT);
        boolean auth = peer.values().has(FileFormat.PEER_AUTH);
        String subject = "peer " + Quote.value(peer.peer().name()) + " has ";
        String add = "add " + peer.values().at().path() + ".";
        if (mode != Mode.SERVER && !endpoint) {
            problems.error(
                    at,
                    subject + "no endpoint, which mode " + mode + " requires",
                    add + FileFormat.ENDPOINT.key() + ", such as "
                            + FileFormat.ENDPOINT.hint().example());
        }
        if (mode == Mode.CLIENT && !auth) {
            problems.error(
                    at,
                    subject + "no auth, which mode client requires",
                    "use mode: static, or " + add + FileFormat.PEER_AUTH.key());
        }
        if (mode == Mode.SERVER && !auth && !endpoint) {
            problems.error(
                    at,
                    subject + "neither auth nor an endpoint, so nothing can ever be sent to it",
                    add + FileFormat.PEER_AUTH.key());
        }
    }

    /** With a device, the route of the outer packets is looked up among that device's alone. */
    private void loops(TunnelEntry tunnel) {
        Optional<Ipv4> remote = tunnel.endpoint().flatMap(RemoteEndpoint::address);
        if (remote.isPresent()
                && tunnel.values().find(TunnelFields.LOCAL, TunnelFields.DEVICE).isEmpty()) {
            tunnel.values().get(TunnelFields.ROUTES).stream()
                    .filter(route -> route.value().contains(remote.get()))
                    .forEach(route -> problems.warning(
                            route.at(),
                            route.at().shown() + "contains the peer's endpoint " + remote.get()
                                    + ", so outer packets would be routed into the tunnel itself",
                            "add local.device"));
        }
    }

    /** Warns of what the tunnel itself has; what it inherits can be meant for others. */
    private void withoutEffect(Value tunnel, Mode mode) {
        tunnel.entries().forEach((key, value) -> TunnelFields.TUNNEL.fields().stream()
                .filter(field -> field.key().equals(key) && !field.hasEffectIn(mode))
                .forEach(field -> problems.warning(value, "has no effect in mode " + mode, "remove it")));
    }
}
