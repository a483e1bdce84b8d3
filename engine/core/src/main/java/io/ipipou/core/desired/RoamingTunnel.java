package io.ipipou.core.desired;

import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server's tunnel: all of it but where the peer is, which it learns when the peer proves itself.
 *
 * @param address where packets for it arrive, one of the host's own
 * @param local the tunnel's own end: an alias, or {@code address}
 * @param mtu bytes
 * @param fixedEndpoint the only endpoint the peer may prove itself from; empty for any
 */
public record RoamingTunnel(
        Tunnel tunnel, Gate gate, Ipv4 address, Ipv4 local, int mtu, Optional<Endpoint> fixedEndpoint) {

    /** Where proofs for it arrive. */
    public Endpoint listener() {
        return new Endpoint(address, tunnel.local().port());
    }

    /**
     * What the tunnel is made of while its peer is there: a part of a host's state.
     *
     * @param table the gate, which is no part of what changes
     */
    public DesiredState stateAt(LearntEndpoint learnt, NftTable table) {
        IpipLink link = link(learnt.endpoint());
        return new DesiredState(
                Map.of(link.name(), link),
                Set.of(),
                Set.of(inner(tunnel)),
                routes(tunnel),
                Optional.of(table),
                elements(learnt).collect(Collectors.toSet()));
    }

    /** The same part of a host's state before the peer has proved itself: nothing but the gate. */
    public DesiredState stateWithoutPeer(NftTable table) {
        return new DesiredState(Map.of(), Set.of(), Set.of(), Set.of(), Optional.of(table), Set.of());
    }

    /** The map element that lets the endpoint in; empty when it is not admitted. */
    public Optional<NftElement> admission(LearntEndpoint learnt) {
        return learnt.admitted()
                ? Optional.of(gate.admission(learnt.endpoint(), tunnel.local().port(), local, learnt.remaining()))
                : Optional.empty();
    }

    /** What the kernel remembers of the peer: the far end of its link, and whether the gate lets it in. */
    public Optional<LearntEndpoint> learntIn(Map<LinkName, IpipLink> links, Map<ResourceId, NftElement> elements) {
        return Optional.ofNullable(links.get(tunnel.name()))
                .filter(link -> link.mark().isManaged()
                        && !link.outer().remote().isAny()
                        && link.encap().type() == EncapType.FOU
                        && link.encap().sourcePort() == tunnel.local().port()
                        && link.encap().destinationPort() != 0)
                .map(link -> new Endpoint(link.outer().remote(), link.encap().destinationPort()))
                .filter(endpoint -> fixedEndpoint.map(endpoint::equals).orElse(true))
                .map(endpoint -> learntAt(endpoint, elements));
    }

    private LearntEndpoint learntAt(Endpoint endpoint, Map<ResourceId, NftElement> elements) {
        ResourceId admission = gate.admission(endpoint, tunnel.local().port(), local, Optional.empty())
                .id();
        Duration lifetime = tunnel.authLifetime();
        // Who is admitted for good is so by the link alone: that is all there is after a flush of the rules.
        if (lifetime.isZero()) {
            return LearntEndpoint.admitted(endpoint, lifetime);
        }
        return Optional.ofNullable(elements.get(admission))
                .map(element ->
                        LearntEndpoint.admitted(endpoint, element.timeout().orElse(lifetime)))
                .orElse(LearntEndpoint.expired(endpoint));
    }

    private Stream<NftElement> elements(LearntEndpoint learnt) {
        Stream<NftElement> native4 =
                local.equals(address) ? Stream.of(gate.pair(learnt.endpoint().address(), local)) : Stream.empty();
        return Stream.concat(admission(learnt).stream(), native4);
    }

    private IpipLink link(Endpoint remote) {
        return link(tunnel, local, remote, mtu);
    }

    static IpipLink link(Tunnel tunnel, Ipv4 local, Endpoint remote, int mtu) {
        return new IpipLink(
                tunnel.name(),
                new OuterHeader(local, remote.address(), tunnel.local().device(), tunnel.ttl(), 0, true),
                Encap.fou(tunnel.local().port(), remote.port(), tunnel.encapChecksum()),
                mtu,
                true,
                Mark.of(tunnel.name()));
    }

    static LinkAddress inner(Tunnel tunnel) {
        Ipv4 own = tunnel.inner().address();
        return LinkAddress.pointToPoint(
                tunnel.name(), own, tunnel.inner().peer().orElse(own));
    }

    static Set<Route> routes(Tunnel tunnel) {
        return tunnel.routes().stream()
                .map(prefix -> Route.through(tunnel.name(), prefix))
                .collect(Collectors.toSet());
    }
}
