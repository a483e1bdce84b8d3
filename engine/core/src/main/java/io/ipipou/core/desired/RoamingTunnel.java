package io.ipipou.core.desired;

import io.ipipou.core.config.InnerAddress;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.config.TunnelRoute;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server tunnel, which learns its peer's endpoint when the peer authenticates.
 *
 * @param device what its packets leave and arrive through; empty for any
 * @param address the host's address that its packets arrive at
 * @param local the link's local address: an alias, or {@code address}
 * @param mtu in bytes
 * @param fixedEndpoints the only endpoints that the peer can authenticate from; empty for any
 */
public record RoamingTunnel(
        Tunnel tunnel,
        Gate gate,
        Optional<LinkName> device,
        Ipv4 address,
        Ipv4 local,
        int mtu,
        Set<Endpoint> fixedEndpoints) {

    public RoamingTunnel {
        fixedEndpoints = Set.copyOf(fixedEndpoints);
    }

    /** Whether the file lets the peer be there. */
    public boolean canBeAt(Endpoint endpoint) {
        return fixedEndpoints.isEmpty() || fixedEndpoints.contains(endpoint);
    }

    /** Where its authentication packets arrive. */
    public Endpoint listener() {
        return new Endpoint(address, tunnel.local().port());
    }

    /**
     * The part of a host's state that the tunnel consists of while its peer is at the endpoint.
     *
     * @param table the gate's table
     */
    public DesiredState stateAt(LearntEndpoint learnt, NftTable table) {
        IpipLink link = link(learnt.endpoint());
        return new DesiredState(
                Map.of(link.name(), link),
                Set.of(),
                addresses(tunnel),
                routes(tunnel, learnt.endpoint()),
                Optional.of(table),
                elements(learnt).collect(Collectors.toSet()));
    }

    /** The same part before the peer has authenticated: nothing but the gate's table. */
    public DesiredState stateWithoutPeer(NftTable table) {
        return new DesiredState(Map.of(), Set.of(), Set.of(), Set.of(), Optional.of(table), Set.of());
    }

    /** The element that admits the endpoint; empty when it is not admitted. */
    public Optional<NftElement> admission(LearntEndpoint learnt) {
        return learnt.admitted()
                ? Optional.of(gate.admission(learnt.endpoint(), tunnel.local().port(), local, learnt.remaining()))
                : Optional.empty();
    }

    /** The endpoint that the kernel holds: the remote end of the tunnel's link, and whether the gate admits it. */
    public Optional<LearntEndpoint> learntIn(Map<LinkName, IpipLink> links, Map<ResourceId, NftElement> elements) {
        return Optional.ofNullable(links.get(tunnel.name()))
                .filter(link -> link.mark().isManaged()
                        && !link.outer().remote().isAny()
                        && link.encap().type() == EncapType.FOU
                        && link.encap().sourcePort() == tunnel.local().port()
                        && link.encap().destinationPort() != 0)
                .map(link -> new Endpoint(link.outer().remote(), link.encap().destinationPort()))
                .filter(this::canBeAt)
                .map(endpoint -> learntAt(endpoint, elements));
    }

    private LearntEndpoint learntAt(Endpoint endpoint, Map<ResourceId, NftElement> elements) {
        ResourceId admission = gate.admission(endpoint, tunnel.local().port(), local, Optional.empty())
                .id();
        Duration lifetime = tunnel.authLifetime();
        // A permanent admission must survive a flush of the ruleset, after which only the link is left.
        if (lifetime.isZero()) {
            return LearntEndpoint.admitted(endpoint, lifetime);
        }
        return Optional.ofNullable(elements.get(admission))
                .map(element ->
                        LearntEndpoint.admitted(endpoint, element.timeout().orElse(lifetime)))
                .orElse(LearntEndpoint.expired(endpoint));
    }

    private Stream<NftElement> elements(LearntEndpoint learnt) {
        Stream<NftElement> pair =
                local.equals(address) ? Stream.of(gate.pair(learnt.endpoint().address(), local)) : Stream.empty();
        return Stream.concat(admission(learnt).stream(), pair);
    }

    private IpipLink link(Endpoint remote) {
        return link(tunnel, device, local, remote, mtu);
    }

    static IpipLink link(Tunnel tunnel, Optional<LinkName> device, Ipv4 local, Endpoint remote, int mtu) {
        return new IpipLink(
                tunnel.name(),
                new OuterHeader(local, remote.address(), device, tunnel.ttl(), 0, true),
                Encap.fou(tunnel.local().port(), remote.port(), tunnel.encapChecksum()),
                mtu,
                true,
                Mark.of(tunnel.name()));
    }

    /** In the order in which the link needs them: the kernel prefers the first as the source of packets. */
    static Set<LinkAddress> addresses(Tunnel tunnel) {
        Set<LinkAddress> addresses = new LinkedHashSet<>();
        LinkName link = tunnel.name();
        Ipv4 own = tunnel.inner().address();
        addresses.add(LinkAddress.pointToPoint(link, own, tunnel.inner().peer().orElse(own)));
        for (InnerAddress more : tunnel.inner().more()) {
            addresses.add(new LinkAddress(link, more.address(), more.address(), more.prefixLength(), link.value()));
        }
        return addresses;
    }

    /** Without those that would lead the tunnel's own packets into it: {@link #loops}. */
    static Set<Route> routes(Tunnel tunnel, Endpoint remote) {
        List<TunnelRoute> loops = loops(tunnel, remote);
        return tunnel.routes().stream()
                .filter(route -> !loops.contains(route))
                .map(route -> route.through(tunnel.name()))
                .collect(Collectors.toSet());
    }

    /** With a device, the tunnel's own packets use the routes of that device alone. */
    static List<TunnelRoute> loops(Tunnel tunnel, Endpoint remote) {
        return tunnel.local().device().isPresent()
                ? List.of()
                : tunnel.routes().stream()
                        .filter(route -> route.isOnTheWayTo(remote.address()))
                        .toList();
    }
}
