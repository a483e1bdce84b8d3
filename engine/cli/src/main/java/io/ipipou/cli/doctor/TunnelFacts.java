package io.ipipou.cli.doctor;

import io.ipipou.core.config.DeviceChoice;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.util.Optional;
import java.util.stream.Stream;

/** What is known of one tunnel. */
record TunnelFacts(Tunnel tunnel, HostFacts host) {

    LinkName name() {
        return tunnel.name();
    }

    /** The device that the file names for the outer packets, as the host has it. */
    Optional<Device> device() {
        return deviceName().flatMap(host.state()::device);
    }

    /** As the file has it; empty also for auto. */
    Optional<String> deviceName() {
        return tunnel.local()
                .device()
                .filter(DeviceChoice.Named.class::isInstance)
                .map(DeviceChoice::toString);
    }

    /** The device that outer packets are bound to. */
    Optional<LinkName> boundDevice() {
        return device().map(Device::name).or(() -> host.client(name()).flatMap(ClientTunnel::device));
    }

    /** The address that outer packets are sent from and arrive at; empty if the host has none. */
    Optional<Ipv4> localAddress() {
        return host.roaming(name())
                .map(RoamingTunnel::address)
                .or(() -> host.client(name()).map(ClientTunnel::local).map(Endpoint::address))
                .or(() -> link().map(link -> link.outer().local()))
                .or(() -> tunnel.local().address())
                .or(() -> boundDevice()
                        .flatMap(device -> host.addresses(device).stream().findFirst())
                        .map(LinkAddress::address))
                .filter(host::has);
    }

    /** The device that has that address. */
    Optional<LinkName> localDevice() {
        return boundDevice().or(() -> localAddress().flatMap(host::deviceWith));
    }

    /** What can be deferred of it. */
    Stream<ResourceId> resources() {
        return Stream.concat(
                Stream.of(new ResourceId(IpipLink.KIND, name().value())),
                tunnel.routes().stream().map(route -> route.through(name()).id()));
    }

    /** The tunnel's link, if ipipou manages it. */
    Optional<IpipLink> link() {
        return Optional.ofNullable(host.state().links().get(name()))
                .filter(link -> link.mark().isManaged());
    }

    /** Where the peer is, or was last; empty if that is not known. */
    Optional<Ipv4> remoteAddress() {
        Optional<Ipv4> inUse = link().map(link -> link.outer().remote()).filter(address -> !address.isAny());
        return inUse.or(() -> tunnel.peer().endpoints().stream()
                .flatMap(endpoint ->
                        endpoint.address().or(() -> host.name(endpoint.host()).flatMap(TunnelFacts::lowest)).stream())
                .findFirst());
    }

    /** The first host name in the peer's endpoints. */
    Optional<String> endpointName() {
        return tunnel.peer().endpoints().stream()
                .filter(endpoint -> endpoint.address().isEmpty())
                .map(RemoteEndpoint::host)
                .findFirst();
    }

    private static Optional<Ipv4> lowest(NameAnswer answer) {
        return answer.addresses().stream().findFirst();
    }

    /** An outer packet as the tunnel sends it; empty if its addresses are not known. */
    Optional<RouteQuery> outgoing() {
        return outgoing(boundDevice());
    }

    /** The answer to a packet from the peer, which the kernel looks up to judge where the packet may come from. */
    Optional<RouteQuery> reverse() {
        return outgoing(Optional.empty());
    }

    private Optional<RouteQuery> outgoing(Optional<LinkName> device) {
        return remoteAddress()
                .flatMap(remote -> localAddress().map(local -> new RouteQuery(remote, Optional.of(local), device)));
    }

    /**
     * A packet to the far end, and one into each route of the main table that no other is preferred to: to its first
     * address, or its only one.
     */
    Stream<RouteQuery> inner() {
        Ipv4 own = tunnel.inner().address();
        if (!host.has(own)) {
            return Stream.empty();
        }
        Stream<Ipv4> routed = tunnel.routes().stream()
                .filter(route -> route.table() == Route.TABLE_MAIN && route.metric() == 0)
                .map(route -> firstHost(route.to()));
        return Stream.concat(tunnel.inner().peer().stream(), routed)
                .map(address -> new RouteQuery(address, Optional.of(own), Optional.empty()));
    }

    static Ipv4 firstHost(Ipv4Prefix prefix) {
        return new Ipv4(prefix.address().bits() + (prefix.length() < 31 ? 1 : 0));
    }

    Stream<RouteQuery> routeQueries() {
        return Stream.of(outgoing().stream(), reverse().stream(), inner()).flatMap(queries -> queries);
    }
}
