package io.ipipou.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.socket.ScriptedKernel;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteLookupTest {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_NEWROUTE = 24;
    private static final LinkName ETH0 = new LinkName("eth0");
    private static final Ipv4 FAR = Ipv4.of("198.51.100.1");
    private static final Ipv4 OWN = Ipv4.of("203.0.113.1");
    private static final Ipv4 GATEWAY = Ipv4.of("203.0.113.254");
    private static final RouteQuery BOUND = new RouteQuery(FAR, Optional.of(OWN), Optional.of(ETH0));

    private final ScriptedKernel kernel = new ScriptedKernel();

    @BeforeEach
    void hasOneLink() {
        kernel.onSend((k, sent) -> {
            k.deliver(writer -> writer.message(RTM_NEWLINK, 0, sent.get(0).sequence(), link -> {
                link.u32(0).u32(2).u32(0).u32(0);
                link.string(3, "eth0");
            }));
            k.end(sent.get(0), 0, Ack.OK);
        });
    }

    private static void route(ScriptedKernel k, NetlinkMessage request) {
        k.deliver(writer -> writer.message(RTM_NEWROUTE, 0, request.sequence(), RouteLookupTest::route));
    }

    private static void route(MessageWriter writer) {
        writer.u32(0).u32(0).u32(0);
        writer.u32(4, 2);
        writer.ipv4(5, GATEWAY);
        writer.ipv4(7, OWN);
        writer.nested(8, metrics -> metrics.u32(2, 1400));
        writer.attribute(12, cache -> cache.u32(1).u32(0).u32(59_900).u32(0));
    }

    private static void refuse(ScriptedKernel k, NetlinkMessage request, Errno errno) {
        k.acknowledge(request, new Ack(errno.number(), ""));
    }

    private Reply<FoundRoute> find(RouteQuery query) throws BackendException {
        try (RouteLookup lookup = new RouteLookup(kernel)) {
            Map<RouteQuery, Reply<FoundRoute>> found = lookup.find(List.of(query));
            assertThat(found).containsOnlyKeys(query);
            return found.values().iterator().next();
        }
    }

    @Test
    void aRouteHasDeviceGatewayAndLearntMtu() throws Exception {
        kernel.onSend((k, sent) -> route(k, sent.get(0))).onSend((k, sent) -> route(k, sent.get(0)));

        assertThat(find(BOUND))
                .isEqualTo(new Reply<>(
                        Ack.OK,
                        Optional.of(new FoundRoute(
                                ETH0,
                                Optional.of(GATEWAY),
                                Optional.of(OWN),
                                false,
                                OptionalInt.of(1400),
                                Optional.of(Duration.ofSeconds(599))))));
    }

    @Test
    void theRequestNamesBothAddressesAndTheDevice() throws Exception {
        kernel.onSend((k, sent) -> route(k, sent.get(0))).onSend((k, sent) -> route(k, sent.get(0)));
        find(BOUND);
        NetlinkMessage request = kernel.sent().get(1).get(0);
        assertThat(request.type()).isEqualTo(26);
        assertThat(addresses(request)).containsExactly(FAR, OWN);
        assertThat(request.payload().attributes(12).u32(4, 0)).isEqualTo(2);
        assertThat(kernel.sent().get(2).get(0).payload().u32(8)).isEqualTo(0x2000);
    }

    private static List<Ipv4> addresses(NetlinkMessage request) throws CodecException {
        return List.of(
                request.payload().attributes(12).ipv4(1).orElseThrow(),
                request.payload().attributes(12).ipv4(2).orElseThrow());
    }

    /** Bound to a device without a route, the kernel takes any address for a neighbour. */
    @Test
    void aRouteThatIsInNoTableIsAssumed() throws Exception {
        kernel.onSend((k, sent) -> route(k, sent.get(0)))
                .onSend((k, sent) -> refuse(k, sent.get(0), Errno.EHOSTUNREACH));
        assertThat(find(BOUND).value().orElseThrow().assumed()).isTrue();
    }

    @Test
    void theKernelsErrorIsTheReply() throws Exception {
        kernel.onSend((k, sent) -> refuse(k, sent.get(0), Errno.ENETUNREACH))
                .onSend((k, sent) -> refuse(k, sent.get(0), Errno.ENETUNREACH));
        Reply<FoundRoute> reply = find(new RouteQuery(FAR, Optional.empty(), Optional.empty()));
        assertThat(reply.value()).isEmpty();
        assertThat(reply.ack().is(Errno.ENETUNREACH)).isTrue();
    }

    @Test
    void aDeviceThatDoesNotExistIsNotAskedFor() throws Exception {
        Reply<FoundRoute> reply = find(new RouteQuery(FAR, Optional.of(OWN), Optional.of(new LinkName("wwan0"))));
        assertThat(reply.ack().is(Errno.ENODEV)).isTrue();
        assertThat(kernel.closed()).isTrue();
    }
}
