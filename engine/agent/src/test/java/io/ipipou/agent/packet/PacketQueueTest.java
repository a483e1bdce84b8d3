package io.ipipou.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.socket.ScriptedKernel;
import io.ipipou.netlink.socket.ScriptedWaiter;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PacketQueueTest {

    private static final int NUMBER = 7;
    private static final QueueTable NO_TABLE = new QueueTable(Path.of("/nonexistent"));
    private static final Datagram HELLO = new Datagram(
            new Endpoint(Ipv4.of("203.0.113.2"), 20000),
            new Endpoint(Ipv4.of("203.0.113.1"), 10000),
            Payload.of(new byte[] {'h', 'i'}));

    private final ScriptedKernel kernel = new ScriptedKernel();
    private ScriptedWaiter waiter = new ScriptedWaiter(1);

    private PacketQueue open() throws BackendException {
        kernel.onSend(PacketQueueTest::acknowledge).onSend(PacketQueueTest::acknowledge);
        return PacketQueue.open(kernel, waiter, NO_TABLE, NUMBER, 1500);
    }

    private static void acknowledge(ScriptedKernel kernel, List<NetlinkMessage> sent) {
        answer(kernel, sent, Ack.OK);
    }

    private static void answer(ScriptedKernel kernel, List<NetlinkMessage> sent, Ack ack) {
        kernel.acknowledge(sent.get(0), ack);
    }

    private static MessageBody packet(int id, byte[] bytes) {
        return writer -> writer.message(QueueMessages.NFQNL_MSG_PACKET, 0, 0, body -> {
            body.u8(2).u8(0).u16be(NUMBER);
            body.attribute(1, value -> value.u32be(id).u16be(0x0800).u8(0));
            body.attribute(10, value -> {
                for (byte value8 : bytes) {
                    value.u8(value8);
                }
            });
        });
    }

    private List<String> sentPayloads() {
        return kernel.sent().stream()
                .map(datagram ->
                        HexFormat.of().formatHex(datagram.get(0).payload().bytes()))
                .toList();
    }

    @Test
    void bindsAndConfiguresTheQueue() throws BackendException {
        try (PacketQueue queue = open()) {
            assertThat(sentPayloads()).hasSize(2);
            // 1528 bytes of a packet: the longest payload and the headers.
            assertThat(sentPayloads().get(1)).isEqualTo("00000007" + "09000200000005f802000000" + "0800030000001000");
            assertThat(queue.overruns()).isZero();
        }
    }

    @Test
    void aRefusedBindClosesTheSocketAndTheWaiter() {
        kernel.onSend((k, sent) -> answer(k, sent, new Ack(1, "")));

        assertThatThrownBy(() -> PacketQueue.open(kernel, waiter, NO_TABLE, NUMBER, 1500))
                .isInstanceOf(BackendException.class)
                .hasMessage("binding to NFQUEUE number 7: Operation not permitted (EPERM)");
        assertThat(kernel.closed()).isTrue();
        assertThat(waiter.closed()).isTrue();
    }

    @Test
    void aRefusedConfigurationIsReported() {
        kernel.onSend(PacketQueueTest::acknowledge).onSend((k, sent) -> answer(k, sent, new Ack(12, "")));

        assertThatThrownBy(() -> PacketQueue.open(kernel, waiter, NO_TABLE, NUMBER, 1500))
                .hasMessage("configuring NFQUEUE number 7: Cannot allocate memory (ENOMEM)");
        assertThat(kernel.closed()).isTrue();
    }

    /** A packet may arrive before the acknowledgement of the configuration. */
    @Test
    void packetsAmongTheAcknowledgementsAreTolerated() throws BackendException {
        kernel.onSend(PacketQueueTest::acknowledge).onSend((k, sent) -> {
            k.deliver(packet(1, HELLO.encode(64)));
            acknowledge(k, sent);
        });
        try (PacketQueue queue = PacketQueue.open(kernel, waiter, NO_TABLE, NUMBER, 1500)) {
            kernel.deliver(packet(2, HELLO.encode(64)));
            assertThat(queue.receive().orElseThrow().lastId()).isEqualTo(2);
        }
    }

    @Test
    void pendingPacketsAreOneBatchWithOneVerdict() throws BackendException {
        try (PacketQueue queue = open()) {
            kernel.deliver(packet(1, HELLO.encode(64)));
            kernel.deliver(writer -> {
                packet(2, new byte[] {1, 2, 3}).encode(writer);
                packet(3, HELLO.reply(Payload.EMPTY).encode(1)).encode(writer);
            });
            PacketBatch batch = queue.receive().orElseThrow();
            assertThat(batch.packets())
                    .containsExactly(
                            new QueuedPacket(1, Optional.of(HELLO)),
                            new QueuedPacket(2, Optional.empty()),
                            new QueuedPacket(3, Optional.of(HELLO.reply(Payload.EMPTY))));
            assertThat(batch.datagrams()).containsExactly(HELLO, HELLO.reply(Payload.EMPTY));

            kernel.onSend((k, sent) -> {});
            queue.drop(batch);
            assertThat(sentPayloads()).last().isEqualTo("00000007" + "0c000200" + "00000000" + "00000003");
        }
    }

    @Test
    void aBatchIsLimited() throws BackendException {
        waiter = new ScriptedWaiter(2);
        try (PacketQueue queue = open()) {
            IntStream.rangeClosed(1, 300).forEach(id -> kernel.deliver(packet(id, HELLO.encode(64))));
            assertThat(queue.receive().orElseThrow().lastId()).isEqualTo(PacketQueue.BATCH_PACKETS);
            assertThat(queue.receive().orElseThrow().packets()).hasSize(300 - PacketQueue.BATCH_PACKETS);
        }
    }

    @Test
    void overrunsAreCountedAndPacketsStillReceived() throws BackendException {
        waiter = new ScriptedWaiter(2);
        try (PacketQueue queue = open()) {
            kernel.fail(Errno.ENOBUFS);
            kernel.fail(Errno.EINTR);
            kernel.deliver(packet(5, HELLO.encode(64)));
            kernel.fail(Errno.ENOBUFS);
            assertThat(queue.receive().orElseThrow().lastId()).isEqualTo(5);
            assertThat(queue.overruns()).isEqualTo(2);
        }
    }

    @Test
    void aVerdictOnPacketsThatAreGoneIsTolerated() throws BackendException {
        try (PacketQueue queue = open()) {
            kernel.onSend((k, sent) -> answer(k, sent, new Ack(2, "")));
            queue.drop(new PacketBatch(List.of(new QueuedPacket(1, Optional.empty()))));
            kernel.deliver(packet(2, HELLO.encode(64)));
            assertThat(queue.receive().orElseThrow().lastId()).isEqualTo(2);
        }
    }

    @Test
    void aVerdictRefusedForAnotherReasonIsReported() throws BackendException {
        try (PacketQueue queue = open()) {
            kernel.onSend((k, sent) -> answer(k, sent, new Ack(19, "")));
            queue.drop(new PacketBatch(List.of(new QueuedPacket(1, Optional.empty()))));
            assertThatThrownBy(queue::receive)
                    .isInstanceOf(BackendException.class)
                    .hasMessage("receiving from NFQUEUE number 7 (a verdict): No such device (ENODEV)");
        }
    }

    @Test
    void aMessageThatCannotBeDecodedIsReported() throws BackendException {
        try (PacketQueue queue = open()) {
            kernel.deliver(writer -> writer.message(QueueMessages.NFQNL_MSG_PACKET, 0, 0, body -> body.u32(0)));
            assertThatThrownBy(queue::receive)
                    .isInstanceOf(BackendException.class)
                    .hasMessage("cannot decode a message of NFQUEUE number 7");
        }
    }

    @Test
    void onceClosedNothingIsReceived() throws BackendException {
        PacketQueue queue = open();
        queue.close();
        queue.close();
        assertThat(kernel.closed()).isTrue();
        assertThat(waiter.closed()).isTrue();
        assertThat(queue.receive()).isEmpty();
        queue.drop(new PacketBatch(List.of(new QueuedPacket(1, Optional.empty()))));
        assertThat(kernel.sent()).hasSize(2);
    }
}
