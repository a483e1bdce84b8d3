package io.ipipou.agent.watch;

import static io.ipipou.agent.watch.KernelChange.ADDRESSES;
import static io.ipipou.agent.watch.KernelChange.DEFAULT_ROUTE;
import static io.ipipou.agent.watch.KernelChange.LINKS;
import static io.ipipou.agent.watch.KernelChange.ROUTES;
import static io.ipipou.agent.watch.KernelChange.RULES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.socket.ScriptedKernel;
import io.ipipou.netlink.socket.ScriptedWaiter;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KernelEventsTest {

    private final ScriptedKernel route = new ScriptedKernel();
    private final ScriptedKernel netfilter = new ScriptedKernel();

    private KernelEvents events(int waits) {
        return new KernelEvents(List.of(route, netfilter), new ScriptedWaiter(waits));
    }

    /** struct ifinfomsg with these flags and this mask of changed flags. */
    private static MessageBody link(int type, int flags, int changed) {
        return writer ->
                writer.message(type, 0, 0, body -> body.u32(0).u32(2).u32(flags).u32(changed));
    }

    private static MessageBody address(int type) {
        return writer -> writer.message(type, 0, 0, body -> body.u32(0x18_02).u32(2));
    }

    private static MessageBody route(int type, int prefixLength) {
        return writer -> writer.message(
                type, 0, 0, body -> body.u8(2).u8(prefixLength).u16(0).u32(0xfe).u32(0));
    }

    private static MessageBody nft(int message) {
        return writer -> writer.message(10 << 8 | message, 0, 0, body -> body.u32(0));
    }

    static Stream<Arguments> notifications() {
        return Stream.of(
                Arguments.of("a link is up", link(16, 1, 0), Set.of(LINKS)),
                Arguments.of("a link comes up", link(16, 1, 1), Set.of(LINKS)),
                Arguments.of("a link that is down is changed", link(16, 0, 2), Set.of(LINKS)),
                Arguments.of("a link goes down", link(16, 0x1002, 0x43), Set.of(LINKS, ROUTES, DEFAULT_ROUTE)),
                Arguments.of("a link is deleted", link(17, 1, 0), Set.of(LINKS, ROUTES, DEFAULT_ROUTE)),
                Arguments.of("an address is added", address(20), Set.of(ADDRESSES)),
                Arguments.of("an address is deleted", address(21), Set.of(ADDRESSES, ROUTES, DEFAULT_ROUTE)),
                Arguments.of("a route is added", route(24, 32), Set.of(ROUTES)),
                Arguments.of("a route is deleted", route(25, 1), Set.of(ROUTES)),
                Arguments.of("a default route is added", route(24, 0), Set.of(ROUTES, DEFAULT_ROUTE)),
                Arguments.of("a default route is deleted", route(25, 0), Set.of(ROUTES, DEFAULT_ROUTE)),
                Arguments.of("a table is deleted", nft(2), Set.of(RULES)),
                Arguments.of("a new generation", nft(15), Set.of(RULES)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notifications")
    void eachNotificationIsDecoded(String what, MessageBody message, Set<KernelChange> changes)
            throws BackendException {
        route.deliver(message);
        assertThat(events(1).await()).containsExactlyInAnyOrderElementsOf(changes);
    }

    @Test
    void allPendingNotificationsAreReturnedTogether() throws BackendException {
        route.deliver(link(16, 1, 0));
        route.deliver(writer -> {
            address(20).encode(writer);
            route(24, 8).encode(writer);
        });
        netfilter.deliver(nft(0));
        assertThat(events(1).await()).containsExactly(LINKS, ADDRESSES, ROUTES, RULES);
    }

    @Test
    void otherMessagesAreIgnored() throws BackendException {
        route.deliver(writer -> writer.message(28, 0, 0, body -> body.u32(0)));
        netfilter.deliver(writer -> writer.message(1 << 8, 0, 0, body -> body.u32(0)));
        assertThat(events(3).await()).isEmpty();
    }

    @Test
    void afterAnOverrunAnythingMayHaveChanged() throws BackendException {
        netfilter.fail(Errno.ENOBUFS);
        KernelEvents events = events(2);
        assertThat(events.await()).containsExactly(KernelChange.values());
        netfilter.deliver(nft(0));
        assertThat(events.await()).containsExactly(RULES);
    }

    @Test
    void aMessageThatCannotBeDecodedMayMeanAnything() throws BackendException {
        route.deliver(writer -> writer.message(16, 0, 0, body -> body.u32(0)));
        assertThat(events(1).await()).containsExactly(KernelChange.values());
    }

    @Test
    void anEndlessStreamIsReturnedInParts() throws BackendException {
        for (int i = 0; i <= KernelEvents.MAX_DATAGRAMS; i++) {
            route.deliver(address(20));
        }
        KernelEvents events = events(2);
        assertThat(events.await()).containsExactly(ADDRESSES);
        assertThat(events.await()).containsExactly(ADDRESSES);
    }

    @Test
    void aSocketErrorIsReported() {
        route.fail(Errno.EBADF);
        assertThatThrownBy(() -> events(1).await())
                .isInstanceOf(BackendException.class)
                .hasMessage("reading kernel notifications (recv): Bad file descriptor (EBADF)");
    }

    @Test
    void closingClosesTheSockets() throws BackendException {
        KernelEvents events = events(1);
        events.close();
        events.close();
        assertThat(route.closed()).isTrue();
        assertThat(netfilter.closed()).isTrue();
        assertThat(events.await()).isEmpty();
    }

    @Property(tries = 3000)
    void randomMessagesAreChangesOrACodecException(
            @ForAll @IntRange(min = 14, max = 30) int type, @ForAll @Size(max = 20) byte[] body) {
        ByteBuffer message = ByteBuffer.allocate(16 + body.length).order(ByteOrder.nativeOrder());
        message.putInt(message.capacity()).putShort((short) type).position(16).put(body);
        try {
            for (NetlinkMessage each : NetlinkMessage.split(message, message.capacity())) {
                assertThat(ChangeMessages.changes(each)).doesNotContain(RULES);
            }
        } catch (CodecException e) {
            assertThat(e).hasMessageContaining("bytes at");
        }
    }
}
