package io.ipipou.backend.iproute2;

import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.boundTo;
import static io.ipipou.testkit.SampleLinks.tunnel;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.KernelUnderTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The {@code ip -batch} lines of every operation. */
final class CommandsTest {

    private static final String TUNNEL =
            " type ipip mode ipip local '203.0.113.1' remote '203.0.113.10' ttl '0' tos '0x0'"
                    + " pmtudisc fwmark '0' encap 'fou' encap-sport '10000' encap-dport '20000' noencap-csum noencap-udp6-csum"
                    + " noencap-remcsum";

    @Test
    void linesForLinks() {
        assertThat(create(tunnel(0)))
                .containsExactly(
                        "link add name 't0' mtu '1472' group '26992'" + TUNNEL,
                        "link set dev 't0' addrgenmode none alias 'ipipou:t0'",
                        "link set dev 't0' up");
        assertThat(Commands.of(Operation.create(tunnel(0)), false).get(1))
                .isEqualTo("link set dev 't0' alias 'ipipou:t0'");
        assertThat(Commands.of(Operation.update(tunnel(0), tunnel(0)), true))
                .containsExactly("link set dev 't0' mtu '1472' group '26992' alias 'ipipou:t0' up" + TUNNEL);
        assertThat(delete(tunnel(0))).containsExactly("link del dev 't0'");
    }

    @Test
    void everyFieldOfALinkIsWritten() {
        IpipLink link = new IpipLink(
                new LinkName("it's"),
                new OuterHeader(Ipv4.ANY, Ipv4.ANY, Optional.of(new LinkName("dev")), 255, 0x1f, true),
                new Encap(EncapType.GUE, 0, 65535, true),
                68,
                false,
                new Mark("", 0));
        assertThat(create(link))
                .containsExactly(
                        "link add name \"it's\" mtu '68' group '0' type ipip mode ipip local '0.0.0.0' remote '0.0.0.0'"
                                + " ttl '255' tos '0x1f' pmtudisc dev 'dev' fwmark '0' encap 'gue' encap-sport '0'"
                                + " encap-dport '65535' encap-csum noencap-udp6-csum noencap-remcsum",
                        "link set dev \"it's\" alias ''");
    }

    @Test
    void aDeviceIsRemovedWithTunnelChange() {
        assertThat(Commands.of(Operation.update(boundTo(tunnel(0), new LinkName("eth0")), tunnel(0)), true))
                .containsExactly(
                        "tunnel change mode ipip local '203.0.113.1' remote '203.0.113.10' ttl '0' tos '0x0' pmtudisc"
                                + " name 't0'",
                        "link set dev 't0' mtu '1472' group '26992' alias 'ipipou:t0' up" + TUNNEL);
        assertThat(Commands.of(Operation.update(tunnel(0), boundTo(tunnel(0), new LinkName("eth0"))), true))
                .hasSize(1);
        assertThat(Commands.of(
                        Operation.update(
                                boundTo(tunnel(0), new LinkName("if7")), boundTo(tunnel(0), new LinkName("eth0"))),
                        true))
                .hasSize(1);
    }

    @Test
    void linesForAddresses() {
        LinkAddress inner = LinkAddress.pointToPoint(T0, Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1"));
        assertThat(create(inner))
                .containsExactly("addr add scope '0' local '172.28.0.0' peer '172.28.0.1/32' dev 't0'");
        assertThat(delete(inner)).containsExactly("addr del local '172.28.0.0' peer '172.28.0.1/32' dev 't0'");

        Ipv4 alias = Ipv4.of("172.29.0.1");
        LinkAddress labelled = new LinkAddress(new LinkName("lo"), alias, alias, 32, "lo:ipipou");
        assertThat(delete(labelled)).containsExactly("addr del local '172.29.0.1/32' label 'lo:ipipou' dev 'lo'");
    }

    @Test
    void linesForRoutes() {
        Route route = Route.through(T0, Ipv4Prefix.of("10.20.0.0/16"));
        Route other = Route.through(new LinkName("t1"), Ipv4Prefix.of("10.20.0.0/16"));
        assertThat(create(route))
                .containsExactly("route add scope link table '254' proto '105' metric '0' dev 't0' to '10.20.0.0/16'");
        assertThat(Commands.of(Operation.update(route, other), true))
                .containsExactly(
                        "route change scope link table '254' proto '105' metric '0' dev 't1' to '10.20.0.0/16'");
        assertThat(delete(route))
                .containsExactly("route del table '254' proto '105' metric '0' dev 't0' to '10.20.0.0/16'");

        Optional<Ipv4> gateway = Optional.of(Ipv4.of("203.0.113.254"));
        assertThat(create(new Route(new Ipv4Prefix(Ipv4.ANY, 0), Optional.of(T0), gateway, -1, 3)))
                .containsExactly("route add scope global table '254' proto '3' metric '4294967295' via '203.0.113.254'"
                        + " dev 't0' to '0.0.0.0/0'");
    }

    @Test
    void linesForListeners() {
        assertThat(create(FouListener.onPort(10000))).containsExactly("fou add ipproto '4' port '10000'");
        assertThat(delete(FouListener.onPort(10000))).containsExactly("fou del ipproto '4' port '10000'");
        Optional<Endpoint> peer = Optional.of(new Endpoint(Ipv4.of("203.0.113.9"), 77));
        assertThat(delete(new FouListener(KernelUnderTest.DEVICE_ADDRESS, 1, 0, true, Optional.of("d0"), peer)))
                .containsExactly("fou del gue local '203.0.113.1' peer '203.0.113.9' peer_port '77' dev 'd0' port '1'");
    }

    /** {@code ip} may take such a name for the index of another link. */
    @Test
    void aNameLikeAnIndexIsCheckedFirst() {
        IpipLink link = tunnel(new LinkName("if7"), 0);
        String check = "link show dev 'if7'";
        assertThat(create(link)).hasSize(3).doesNotContain(check);
        assertThat(delete(link)).containsExactly(check, "link del dev 'if7'");
        assertThat(Commands.of(Operation.update(link, link), true)).hasSize(2).startsWith(check);
        assertThat(create(Route.through(link.name(), Ipv4Prefix.of("10.20.0.0/16"))))
                .hasSize(2)
                .startsWith(check);
    }

    private static List<String> create(Resource resource) {
        return Commands.of(Operation.create(resource), true);
    }

    private static List<String> delete(Resource resource) {
        return Commands.of(Operation.delete(resource), true);
    }
}
