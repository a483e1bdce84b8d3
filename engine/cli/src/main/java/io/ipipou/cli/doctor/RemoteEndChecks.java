package io.ipipou.cli.doctor;

import io.ipipou.core.name.NameAnswer;
import io.ipipou.netlink.route.FoundRoute;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import java.util.Optional;

/** The way to the peer. */
final class RemoteEndChecks {

    /** In bytes. No path of today's internet takes less (RFC 8200, section 5, for IPv6). */
    private static final int MIN_LIKELY_MTU = 1280;

    private RemoteEndChecks() {}

    static Optional<Finding> name(TunnelFacts tunnel) {
        return tunnel.endpointName().map(name -> tunnel.host()
                .name(name)
                .map(answer -> name(tunnel, name, answer))
                .orElseGet(() -> Finding.notChecked(name + " was not looked up")));
    }

    private static Finding name(TunnelFacts tunnel, String name, NameAnswer answer) {
        if (answer.failure().isEmpty()) {
            return Finding.ok(name + " is " + answer.addresses().get(0)
                    + (answer.addresses().size() > 1
                            ? " and " + (answer.addresses().size() - 1) + " more"
                            : ""));
        }
        return Finding.failed(
                answer.failure().get(),
                tunnel.link()
                        .map(link -> "the tunnel stays at the last known address, "
                                + link.outer().remote())
                        .orElse("the tunnel has no known address to go to"),
                "try: getent ahostsv4 " + name + " (if it fails, correct the name in peers."
                        + tunnel.tunnel().peer().name()
                        + ".endpoint, its DNS records or /etc/resolv.conf); the tunnel follows by itself within 30 s");
    }

    static Optional<Finding> route(TunnelFacts tunnel) {
        return tunnel.outgoing().map(query -> tunnel.host()
                .route(query)
                .map(reply -> reply.value()
                        .map(route -> route(tunnel, query, route))
                        .orElseGet(() -> Finding.failed(
                                "no route to " + query.destination() + ": "
                                        + reply.ack().refusal(),
                                "connect the uplink, or add a route (see: ip route get " + query.destination()
                                        + " from " + query.source().orElseThrow() + ")")))
                .orElseGet(() -> Finding.notChecked("the route was not looked up")));
    }

    private static Finding route(TunnelFacts tunnel, RouteQuery query, FoundRoute route) {
        Ipv4 remote = query.destination();
        String way = remote + route.gateway().map(gateway -> " via " + gateway).orElse("") + " dev " + route.device();
        String endpoint = "peers." + tunnel.tunnel().peer().name() + ".endpoint";
        if (route.device().value().equals("lo")) {
            return Finding.failed(
                    "the peer's address " + remote + " is this host's own",
                    "correct " + endpoint + ": it is the far end's");
        }
        if (tunnel.host().isManaged(route.device())) {
            boolean itself = route.device().equals(tunnel.name());
            return Finding.failed(
                    "the way to the peer leads through " + (itself ? "the tunnel itself" : "tunnel " + route.device()),
                    "the kernel sends to " + way + ", so packets loop",
                    "write tunnels." + tunnel.name()
                            + ".local.device, the uplink, or route less through the tunnel than the peer's address");
        }
        if (route.assumed()) {
            return Finding.failed(
                    "no route to " + remote + " leads through device " + route.device(),
                    tunnel.reverse()
                            .flatMap(tunnel.host()::route)
                            .flatMap(Reply::value)
                            .map(other ->
                                    "packets that need not use " + route.device() + " leave through " + other.device())
                            .orElse("there is no other way to it either"),
                    "add a route to it through " + route.device() + ", or write another tunnels." + tunnel.name()
                            + ".local.device");
        }
        return Finding.ok("route " + way);
    }

    /** Whether the largest packet fits what the path takes. */
    static Optional<Finding> pathMtu(TunnelFacts tunnel) {
        Optional<FoundRoute> route =
                tunnel.outgoing().flatMap(tunnel.host()::route).flatMap(Reply::value);
        Optional<Integer> mtu = tunnel.link()
                .map(IpipLink::mtu)
                .or(() -> tunnel.tunnel().mtu().stream().boxed().findFirst());
        return route.isEmpty() || mtu.isEmpty()
                ? Optional.empty()
                : Optional.of(pathMtu(tunnel, route.get(), mtu.get() + IpipLink.OVERHEAD));
    }

    private static Finding pathMtu(TunnelFacts tunnel, FoundRoute route, int needed) {
        Optional<Device> device =
                Optional.ofNullable(tunnel.host().state().devices().get(route.device()));
        int taken = route.mtu().orElse(device.map(Device::mtu).orElse(Integer.MAX_VALUE));
        if (taken >= needed) {
            return Finding.ok("path MTU " + taken);
        }
        String source = route.mtuExpiry()
                .map(expiry -> "a router on the way, or somebody who forged its message, reported " + taken
                        + " bytes; the kernel remembers it for " + expiry.toSeconds() + " s")
                .orElse(
                        route.mtu().isPresent()
                                ? "the route has mtu " + taken
                                : "device " + route.device() + " has MTU " + taken);
        int fits = taken - IpipLink.OVERHEAD;
        return Finding.failed(
                "the tunnel's packets have up to " + needed + " bytes, but the path takes " + taken,
                source,
                taken < MIN_LIKELY_MTU && route.mtuExpiry().isPresent()
                        ? "hardly a real path's: to ignore forged messages, set sysctl net.ipv4.route.min_pmtu="
                                + needed
                        : "write tunnels." + tunnel.name() + ".mtu: " + fits + ", and the same at the other end");
    }
}
