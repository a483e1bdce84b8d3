package io.ipipou.core.config;

import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.state.Ipv4;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What the table cannot say of one tunnel: how its settings and its peer's go together. */
final class TunnelRules {

    private final Map<String, At<Values>> peers;
    private final AuthRules auth;
    private final Problems problems;

    TunnelRules(Map<String, At<Values>> peers, AuthRules auth, Problems problems) {
        this.peers = peers;
        this.auth = auth;
        this.problems = problems;
    }

    void check(TunnelEntry tunnel) {
        Values values = tunnel.values();
        Optional<Ipv4> own =
                values.find(TunnelFields.INNER, TunnelFields.INNER_ADDRESS).map(At::value);
        values.find(TunnelFields.INNER, TunnelFields.INNER_PEER)
                .filter(peer -> own.filter(peer.value()::equals).isPresent())
                .ifPresent(peer -> error(
                        peer.at(),
                        peer.at().shown() + "is this host's own inner address",
                        "write the inner address of the peer"));
        furtherAddresses(tunnel, own);
        loops(tunnel);
        values.find(TunnelFields.MODE).map(At::value).ifPresent(mode -> {
            withoutEffect(values.at(), mode);
            tunnel.peer().ifPresent(peer -> {
                peer(values, mode, Objects.requireNonNull(peers.get(peer.name())));
                peer.auth().ifPresent(entry -> auth.check(tunnel, mode, entry));
            });
        });
    }

    private void error(Node at, String message, String instead) {
        problems.error(at, message, instead);
    }

    private void peer(Values tunnel, Mode mode, At<Values> peer) {
        Node at = tunnel.find(TunnelFields.PEER).orElseThrow().at();
        boolean endpoint = peer.value().has(FileFormat.ENDPOINT);
        boolean auth = peer.value().has(FileFormat.PEER_AUTH);
        String subject = "peer " + Quote.value(peer.at().path().key()) + " has ";
        String add = "add " + peer.at().path() + ".";
        if (mode != Mode.SERVER && !endpoint) {
            String example = FileFormat.ENDPOINT.hint().example();
            error(at, subject + "no endpoint, which mode " + mode + " requires", add + "endpoint, such as " + example);
        }
        if (mode == Mode.CLIENT && !auth) {
            error(at, subject + "no auth, which mode client requires", "use mode: static, or " + add + "auth");
        }
        if (mode == Mode.SERVER && !auth && !endpoint) {
            error(at, subject + "neither auth nor an endpoint, so nothing can ever be sent to it", add + "auth");
        }
    }

    private void furtherAddresses(TunnelEntry tunnel, Optional<Ipv4> own) {
        Set<Integer> seen = new HashSet<>();
        own.ifPresent(address -> seen.add(address.bits()));
        for (At<InnerAddress> address : tunnel.moreAddresses()) {
            if (!seen.add(address.value().address().bits())) {
                error(
                        address.at(),
                        address.at().shown() + "is already an address of this tunnel",
                        "remove one of the two");
            }
        }
    }

    /**
     * With a device, the route of the outer packets is looked up among that device's alone. For a name, the resolver
     * checks narrower routes, when it knows the address.
     */
    private void loops(TunnelEntry tunnel) {
        if (tunnel.local(TunnelFields.DEVICE).isPresent()) {
            return;
        }
        Optional<Ipv4> remote = tunnel.endpoint().flatMap(RemoteEndpoint::address);
        String endpoint = tunnel.endpoint()
                .map(known -> "the peer's endpoint " + known.host())
                .orElse("every endpoint that the peer can have");
        tunnel.values().get(TunnelFields.ROUTES).stream()
                .filter(route -> route.value().isOnEveryWay()
                        || remote.filter(route.value()::isOnTheWayTo).isPresent())
                .forEach(route -> error(
                        route.at(),
                        Quote.value(route.value().to().toString()) + " contains " + endpoint
                                + ", so outer packets would be routed into the tunnel itself",
                        "add local.device: they then use the routes of that device"));
    }

    /** Warns of what the tunnel itself has; what it inherits can be meant for others. */
    private void withoutEffect(Node tunnel, Mode mode) {
        for (Field<?> field : TunnelFields.TABLE.fields()) {
            tunnel.get(field.key())
                    .filter(value -> !value.path().isIn(FileFormat.DEFAULTS) && !field.hasEffectIn(mode))
                    .ifPresent(value -> problems.warning(value, "has no effect in mode " + mode, "remove it"));
        }
    }
}
