package io.ipipou.core.plan;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A host for planner tests, as a desired or an observed state. */
final class HostBuilder {

    static final LinkName ETH0 = new LinkName("eth0");

    private final Map<LinkName, Device> devices = new LinkedHashMap<>();
    private final Map<LinkName, IpipLink> links = new LinkedHashMap<>();
    private final Set<FouListener> listeners = new HashSet<>();
    private final List<LinkAddress> addresses = new ArrayList<>();
    private final Set<Route> routes = new HashSet<>();
    private final Set<Integer> udpPorts = new TreeSet<>();

    static LinkName name(String name) {
        return new LinkName(name);
    }

    /** A managed link from 192.0.2.1:port to remote:port. */
    static IpipLink link(String name, String remote, int port) {
        return new IpipLink(
                name(name),
                new OuterHeader(Ipv4.of("192.0.2.1"), Ipv4.of(remote), Optional.of(ETH0), 0, 0, true),
                Encap.fou(port, port, false),
                1472,
                true,
                Mark.of(name(name)));
    }

    static IpipLink unmanaged(IpipLink link) {
        return new IpipLink(link.name(), link.outer(), link.encap(), link.mtu(), link.up(), new Mark("", 0));
    }

    static IpipLink down(IpipLink link) {
        return new IpipLink(link.name(), link.outer(), link.encap(), link.mtu(), false, link.mark());
    }

    static IpipLink withMtu(IpipLink link, int mtu) {
        return new IpipLink(link.name(), link.outer(), link.encap(), mtu, link.up(), link.mark());
    }

    static LinkAddress address(String link, String address, String peer) {
        return LinkAddress.pointToPoint(name(link), Ipv4.of(address), Ipv4.of(peer));
    }

    static Route route(String link, String prefix) {
        return Route.through(name(link), Ipv4Prefix.of(prefix));
    }

    HostBuilder has(IpipLink link) {
        links.put(link.name(), link);
        return has(new Device(link.name(), "ipip", link.mtu(), link.up(), Set.of()));
    }

    HostBuilder has(Device device) {
        devices.put(device.name(), device);
        return this;
    }

    HostBuilder has(FouListener listener) {
        listeners.add(listener);
        udpPorts.add(listener.port());
        return this;
    }

    HostBuilder has(LinkAddress address) {
        addresses.add(address);
        return this;
    }

    HostBuilder has(Route route) {
        routes.add(route);
        return this;
    }

    HostBuilder hasUdpSocketOn(int port) {
        udpPorts.add(port);
        return this;
    }

    ObservedState observed() {
        return new ObservedState(devices, links, listeners, addresses, routes, udpPorts, Optional.empty(), Set.of());
    }

    DesiredState desired() {
        return DesiredState.of(links.values(), addresses, routes);
    }
}
