package io.ipipou.core.config;

import io.ipipou.core.config.FieldTable.Values;
import io.ipipou.spi.state.Ipv4;
import java.util.HashSet;
import java.util.List;
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
        automaticDevice(tunnel);
        values.find(TunnelFields.MODE).map(At::value).ifPresent(mode -> {
            withoutEffect(values.at(), mode);
            tunnel.peer().ifPresent(peer -> {
                peer(values, mode, Objects.requireNonNull(peers.get(peer.name())));
                peer.auth().ifPresent(entry -> auth.check(tunnel, mode, entry));
            });
        });
    }

    private void automaticDevice(TunnelEntry tunnel) {
        Optional<At<DeviceChoice>> device = tunnel.values()
                .find(TunnelFields.LOCAL, TunnelFields.DEVICE)
                .filter(choice -> choice.value() instanceof DeviceChoice.Auto);
        if (device.isPresent() && !tunnel.isMode(Mode.CLIENT)) {
            String instead = NetworkTypes.DEVICE.hint().write();
            error(device.get().at(), "auto is only possible in mode client", instead);
        } else if (device.isPresent()) {
            // An inherited address is meant for the tunnels with another device.
            tunnel.values()
                    .find(TunnelFields.LOCAL, TunnelFields.LOCAL_ADDRESS)
                    .filter(address -> !address.at().path().isIn(FileFormat.DEFAULTS))
                    .ifPresent(address -> error(address.at(), "device: auto chooses the address too", "remove it"));
        }
    }

    private void error(Node at, String message, String instead) {
        problems.error(at, message, instead);
    }

    private void peer(Values tunnel, Mode mode, At<Values> peer) {
        Node at = tunnel.find(TunnelFields.PEER).orElseThrow().at();
        boolean several = peer.value().has(FileFormat.ENDPOINTS);
        boolean endpoint = several || peer.value().has(FileFormat.ENDPOINT);
        boolean auth = peer.value().has(FileFormat.PEER_AUTH);
        String subject = "peer " + Quote.value(peer.at().path().key()) + " has ";
        String add = "add " + peer.at().path() + ".";
        if (mode != Mode.CLIENT && several) {
            error(
                    at,
                    subject + "endpoints, which only peers of client tunnels can have",
                    "write one endpoint instead of " + peer.at().path() + ".endpoints, or use mode: client");
        }
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
        List<RemoteEndpoint> endpoints = tunnel.endpoints();
        for (At<TunnelRoute> route : tunnel.values().get(TunnelFields.ROUTES)) {
            Optional<RemoteEndpoint> inside = endpoints.stream()
                    .filter(endpoint -> route.value().isOnEveryWay()
                            || endpoint.address()
                                    .filter(route.value()::isOnTheWayTo)
                                    .isPresent())
                    .findFirst();
            if (inside.isPresent() || route.value().isOnEveryWay()) {
                error(
                        route.at(),
                        Quote.value(route.value().to().toString()) + " contains "
                                + inside.map(known -> "the peer's endpoint " + known.host())
                                        .orElse("every endpoint that the peer can have")
                                + ", so outer packets would be routed into the tunnel itself",
                        "add local.device: they then use the routes of that device");
            }
        }
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
