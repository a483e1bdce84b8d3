package io.ipipou.backend.iproute2;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Output of iproute2 6.1 on Linux 6.1, recorded by {@code recorded/record}. */
final class RecordedStateTest {

    private static final Ipv4 LOCAL = Ipv4.of("203.0.113.1");
    private static final LinkName T = new LinkName("t");
    private static final Optional<LinkName> THROUGH_T = Optional.of(T);
    private static final Optional<LinkName> D0 = Optional.of(new LinkName("d0"));

    @Test
    void linksAreParsed() throws Exception {
        assertThat(state().links().values())
                .containsExactlyInAnyOrder(
                        new IpipLink(
                                T,
                                outer(LOCAL, 2, Optional.empty(), 0, 0, true),
                                Encap.fou(10000, 20000, true),
                                1400,
                                true,
                                new Mark("ipipou:t", Integer.MAX_VALUE)),
                        new IpipLink(
                                new LinkName("a'b"),
                                outer(Ipv4.ANY, 3, Optional.of(new LinkName("up")), 64, 16, true),
                                new Encap(EncapType.GUE, 1, 65535, false),
                                1468,
                                false,
                                new Mark("its \"alias\" \\", 7)),
                        plain("plain", outer(LOCAL, 4, Optional.empty(), 0, 1, false)),
                        plain("any", new OuterHeader(Ipv4.ANY, Ipv4.ANY, Optional.empty(), 0, 0, true)),
                        plain("gone", outer(Ipv4.ANY, 5, D0, 0, 0, true)),
                        plain("orphan", outer(Ipv4.ANY, 6, Optional.of(new LinkName("if10")), 0, 0, true)));
    }

    private static OuterHeader outer(
            Ipv4 local, int remote, Optional<LinkName> dev, int ttl, int tos, boolean pmtudisc) {
        return new OuterHeader(local, Ipv4.of("203.0.113." + remote), dev, ttl, tos, pmtudisc);
    }

    private static IpipLink plain(String name, OuterHeader outer) {
        return new IpipLink(new LinkName(name), outer, Encap.NONE, 1480, false, new Mark("", 0));
    }

    @Test
    void devicesAndGroupsAreParsed() throws Exception {
        LinkName d0 = new LinkName("d0");
        LinkName lo = new LinkName("lo");
        assertThat(state().devices())
                .hasSize(10)
                .containsEntry(lo, new Device(lo, "", 65536, true, Set.of()))
                .containsEntry(d0, new Device(d0, "dummy", 1500, true, Set.of()))
                .containsEntry(T, new Device(T, "ipip", 1400, true, Set.of()))
                .containsKey(new LinkName("tunl0"));
        assertThat(namespace().groups())
                .hasSize(10)
                .containsEntry(T, Integer.MAX_VALUE)
                .containsEntry(d0, 0);
    }

    @Test
    void addressesAreParsedInOrder() throws Exception {
        Ipv4 alias = Ipv4.of("172.29.0.1");
        Ipv4 loopback = Ipv4.of("127.0.0.1");
        assertThat(state().addresses())
                .containsExactly(
                        new LinkAddress(new LinkName("lo"), loopback, loopback, 8, "lo"),
                        new LinkAddress(new LinkName("lo"), alias, alias, 32, "lo:ipipou"),
                        new LinkAddress(D0.orElseThrow(), LOCAL, LOCAL, 24, "d0"),
                        LinkAddress.pointToPoint(T, Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1")),
                        LinkAddress.pointToPoint(T, Ipv4.of("172.28.0.2"), Ipv4.of("172.28.0.3")));
    }

    @Test
    void unicastRoutesOfTheMainTableAndIpipousOwnAreParsed() throws Exception {
        assertThat(state().routes())
                .containsExactlyInAnyOrder(
                        route("0.0.0.0/1", THROUGH_T, Optional.of("172.28.0.1"), 0, 16),
                        route("0.0.0.0/0", D0, Optional.of("203.0.113.254"), 0, 3),
                        route("10.20.0.0/16", THROUGH_T, Optional.empty(), 0, 4),
                        Route.through(T, Ipv4Prefix.of("0.0.0.0/0"), 7, Route.TABLE_MAIN),
                        Route.through(T, Ipv4Prefix.of("10.36.0.0/16"), 7, 100),
                        Route.through(T, Ipv4Prefix.of("10.37.0.1/32"), 0, -1),
                        route("10.30.0.0/16", Optional.empty(), Optional.empty(), 0, 3),
                        route("10.33.0.0/16", D0, Optional.empty(), 0, 3),
                        route("10.35.0.0/16", THROUGH_T, Optional.empty(), 0, 3),
                        route("172.28.0.1/32", THROUGH_T, Optional.empty(), 0, 2),
                        route("172.28.0.3/32", THROUGH_T, Optional.empty(), 0, 2),
                        route("192.0.2.1/32", THROUGH_T, Optional.empty(), -1, 4),
                        route("203.0.113.0/24", D0, Optional.empty(), 0, 2));
    }

    private static Route route(
            String destination, Optional<LinkName> device, Optional<String> gateway, int metric, int protocol) {
        return new Route(Ipv4Prefix.of(destination), device, gateway.map(Ipv4::of), metric, protocol);
    }

    @Test
    void listenersAndPortsAreParsed() throws Exception {
        Optional<Endpoint> peer = Optional.of(new Endpoint(Ipv4.of("203.0.113.9"), 77));
        assertThat(state().listeners())
                .containsExactlyInAnyOrder(
                        FouListener.onPort(10000),
                        new FouListener(Ipv4.ANY, 10001, 0, true, Optional.empty(), Optional.empty()),
                        new FouListener(LOCAL, 10002, 41, false, Optional.of("d0"), peer));
        assertThat(FouDump.of(dumps("state.json").get(3)).ipv6OnlyPorts()).containsExactly(10003);
        assertThat(UdpPorts.ports(Recorded.lines("6.1/udp"))).containsExactlyInAnyOrder(10000, 10001, 10002);
        assertThat(UdpPorts.ports(Recorded.lines("6.1/udp6"))).containsExactly(10003);
    }

    @Test
    void aSocketBoundToAnIpv6AddressDoesNotOccupyAnIpv4Port() {
        String rest = " 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 1 2 0 0";
        assertThat(UdpPorts.ports(List.of(
                        "    1: 00000000000000000000000001000000:0001" + rest,
                        "    2: 0000000000000000FFFF000001007FCB:0002" + rest,
                        "    3: 00000000000000000000000000000000:0003" + rest)))
                .isEqualTo(Set.of(2, 3));
    }

    @Test
    void countersAreParsed() throws Exception {
        Map<LinkName, LinkCounters> counters =
                StateReader.countersOf(dumps("counters.json").get(0));

        assertThat(counters.keySet().stream().map(LinkName::value).collect(toSet()))
                .isEqualTo(Set.of("t", "a'b", "plain", "any", "gone", "orphan"));
        assertThat(counters).containsEntry(T, new LinkCounters(0, 0, 0, 0, 1, 36, 0, 0));
    }

    private static ObservedState state() throws IOException, BackendException {
        return namespace().state();
    }

    private static NamespaceState namespace() throws IOException, BackendException {
        return Recorded.state(Recorded.text("6.1/state.json"));
    }

    private static List<List<JsonObject>> dumps(String file) throws IOException, BackendException {
        return JsonArrays.read(Recorded.text("6.1/" + file));
    }
}
