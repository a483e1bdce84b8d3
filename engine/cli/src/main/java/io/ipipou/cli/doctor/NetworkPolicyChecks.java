package io.ipipou.cli.doctor;

import io.ipipou.core.config.Mode;
import io.ipipou.core.config.TunnelRoute;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.netlink.route.FoundRoute;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.util.Optional;

/** Settings and routes of the host that get in a tunnel's way. */
final class NetworkPolicyChecks {

    private static final int STRICT = 1;

    private NetworkPolicyChecks() {}

    /** Whether the kernel drops the peer's packets because the way back differs (RFC 3704). */
    static Optional<Finding> reversePath(TunnelFacts tunnel) {
        Optional<LinkName> arriving = tunnel.localDevice();
        Optional<FoundRoute> back =
                tunnel.reverse().flatMap(tunnel.host()::route).flatMap(Reply::value);
        if (arriving.isEmpty() || back.isEmpty()) {
            return Optional.empty();
        }
        LinkName device = arriving.get();
        boolean strict = tunnel.host().files().maximumForLink(device.value(), "rp_filter") == STRICT;
        if (!strict || back.get().device().equals(device)) {
            return Optional.of(Finding.ok("rp_filter of " + device));
        }
        return Optional.of(Finding.failed(
                "the kernel drops the peer's packets that arrive through " + device,
                "rp_filter is strict there, and the way back to the peer leads through "
                        + back.get().device(),
                loosen(device) + ", or route to the peer through " + device));
    }

    /** The same for packets out of the tunnel. */
    static Optional<Finding> innerReversePath(TunnelFacts tunnel) {
        if (tunnel.link().isEmpty()
                || tunnel.host().files().maximumForLink(tunnel.name().value(), "rp_filter") != STRICT) {
            return Optional.empty();
        }
        boolean nothingRouted = tunnel.tunnel().inner().peer().isEmpty()
                && tunnel.tunnel().routes().isEmpty();
        if (nothingRouted) {
            return Optional.of(Finding.failed(
                    "the kernel drops every packet out of the tunnel",
                    "rp_filter is strict on " + tunnel.name() + ", and nothing is routed to it",
                    "write inner.peer or routes, or " + loosen(tunnel.name())));
        }
        return elsewhere(tunnel)
                .map(route -> Finding.failed(
                        "the kernel drops packets from " + route.destination() + " out of the tunnel",
                        "rp_filter is strict on " + tunnel.name() + ", and the way back leads through "
                                + route.device(),
                        loosen(tunnel.name()) + ", or correct the route"))
                .or(() -> Optional.of(Finding.ok("rp_filter of " + tunnel.name())));
    }

    private static String loosen(LinkName device) {
        return "set sysctl net.ipv4.conf." + device.value().replace('.', '/') + ".rp_filter=2 (loose)";
    }

    private record Elsewhere(Ipv4 destination, LinkName device) {}

    /** A destination behind the tunnel that the kernel sends to another device. */
    private static Optional<Elsewhere> elsewhere(TunnelFacts tunnel) {
        return tunnel.inner()
                .flatMap(query ->
                        device(tunnel, query).map(device -> new Elsewhere(query.destination(), device)).stream())
                .filter(found -> !found.device().equals(tunnel.name()))
                .findFirst();
    }

    private static Optional<LinkName> device(TunnelFacts tunnel, RouteQuery query) {
        return tunnel.host().route(query).flatMap(Reply::value).map(FoundRoute::device);
    }

    /** Whether packets for the far end go elsewhere, and whether the tunnel takes a container network's addresses. */
    static Optional<Finding> overlap(TunnelFacts tunnel) {
        if (tunnel.link().isEmpty()) {
            return Optional.empty();
        }
        Optional<Finding> alias = tunnel.host()
                .roaming(tunnel.name())
                .filter(roaming -> !roaming.local().equals(roaming.address()))
                .map(RoamingTunnel::local)
                .flatMap(local -> tunnel.host().foreignInAliasRange().stream()
                        .filter(route -> route.destination().contains(local))
                        .findFirst()
                        .map(route -> Finding.failed(
                                "the alias " + local + " is in the network " + describe(route),
                                "hosts of that network with this address cannot be reached from here",
                                "write a free range in settings.aliasRange, such as 100.64.77.0/24")));
        return alias.or(() -> elsewhere(tunnel)
                        .filter(found -> !tunnel.host().isManaged(found.device()))
                        .map(found -> misrouted(tunnel, found)))
                .or(() -> tunnel.host().containerNetworks().stream()
                        .filter(route -> overlaps(tunnel, route.destination()))
                        .findFirst()
                        .map(route -> Finding.note(
                                "the tunnel's addresses overlap the container network " + describe(route),
                                "containers and hosts behind the tunnel with the same address cannot reach each other;"
                                        + " use other networks for one of them")))
                .or(() -> Optional.of(Finding.ok("inner routes")));
    }

    private static Finding misrouted(TunnelFacts tunnel, Elsewhere found) {
        return Finding.failed(
                "packets for " + found.destination() + " leave through " + found.device() + " instead of the tunnel",
                tunnel.host().foreignRoutes().stream()
                        .filter(route -> route.destination().contains(found.destination()))
                        .max((a, b) -> Integer.compare(
                                a.destination().length(), b.destination().length()))
                        .map(route -> "the more specific route is " + describe(route))
                        .orElse("a rule (ip rule) or another table sends them there"),
                "see: ip route get " + found.destination()
                        + "; remove that route, or use other addresses or routes for the tunnel");
    }

    private static String describe(Route route) {
        return route.destination() + " " + route.summary();
    }

    private static boolean overlaps(TunnelFacts tunnel, Ipv4Prefix other) {
        return other.contains(tunnel.tunnel().inner().address())
                || tunnel.tunnel().inner().peer().filter(other::contains).isPresent()
                || tunnel.tunnel().routes().stream()
                        .map(TunnelRoute::to)
                        .anyMatch(prefix -> prefix.length() > 0 && prefix.overlaps(other));
    }

    /** Whether a network manager has taken the link. */
    static Optional<Finding> linkManager(TunnelFacts tunnel) {
        Optional<Integer> index = tunnel.link().flatMap(link -> tunnel.host().index(tunnel.name()));
        if (index.isEmpty()) {
            return Optional.empty();
        }
        KernelFiles files = tunnel.host().files();
        Optional<String> networkd = files.text("run/systemd/netif/links/" + index.get())
                .filter(text -> text.contains("NETWORK_FILE=") && !text.contains("ADMIN_STATE=unmanaged"));
        if (networkd.isPresent()) {
            String file = networkd.get()
                    .lines()
                    .filter(line -> line.startsWith("NETWORK_FILE="))
                    .map(line -> line.substring("NETWORK_FILE=".length()))
                    .findFirst()
                    .orElse("a .network file");
            return Optional.of(Finding.failed(
                    "systemd-networkd manages the tunnel's link, and deletes its addresses and routes",
                    file + " matches " + tunnel.name(),
                    "correct its [Match], or add a file before it with [Match] Name=" + tunnel.name()
                            + " and [Link] Unmanaged=yes; then: networkctl reload"));
        }
        // NetworkManager also lists links that it leaves alone; those have no connection profile.
        boolean networkManager = files.text("run/NetworkManager/devices/" + index.get())
                .filter(text -> text.contains("managed=true") && text.contains("connection-uuid="))
                .isPresent();
        return Optional.of(
                networkManager
                        ? Finding.failed(
                                "NetworkManager manages the tunnel's link, and may take it down or change its addresses",
                                "it has a connection for " + tunnel.name(),
                                "run: nmcli device set " + tunnel.name() + " managed no (for ever: unmanaged-devices in"
                                        + " /etc/NetworkManager/conf.d)")
                        : Finding.ok("not managed by others"));
    }

    /** Whether other hosts' packets can pass to and from the tunnel's routes. */
    static Optional<Finding> forwarding(TunnelFacts tunnel) {
        if (tunnel.tunnel().routes().isEmpty()
                || tunnel.tunnel().mode() == Mode.CLIENT
                || tunnel.link().isEmpty()) {
            return Optional.empty();
        }
        KernelFiles files = tunnel.host().files();
        boolean forwards = files.sysctl("net/ipv4/conf/" + tunnel.name() + "/forwarding")
                        .or(() -> files.sysctl("net/ipv4/ip_forward"))
                        .orElse(0)
                == 1;
        if (forwards) {
            return Optional.of(Finding.ok("forwarding"));
        }
        String summary = "this host does not forward packets, so the tunnel's routes serve only its own";
        String remedy =
                "if other hosts are to use them: sysctl -w net.ipv4.ip_forward=1, and the same in /etc/sysctl.d";
        long dropped = IpCounters.read(files).received("InAddrErrors");
        return Optional.of(
                dropped == 0
                        ? Finding.note(summary, remedy)
                        : Finding.failed(
                                summary, "it has dropped " + dropped + " packets that were for other hosts", remedy));
    }
}
