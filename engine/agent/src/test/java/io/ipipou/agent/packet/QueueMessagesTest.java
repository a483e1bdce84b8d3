package io.ipipou.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Exact bytes, on a little-endian machine. */
class QueueMessagesTest {

    /** A packet from Linux 6.1, queued by an nftables chain at prerouting: "hello" from 203.0.113.2:20000. */
    private static final String PACKET = "02000007" // AF_INET, version 0, queue 7
            + "0b000100 00000102 0800 00 00" // NFQA_PACKET_HDR: id 258, IPv4, prerouting
            + "08000500 00000002" // NFQA_IFINDEX_INDEV
            + "10000900 0006 0000 56b5d75c2a8e 0000" // NFQA_HWADDR
            + "25000a00 45000021 12340000 40110000 cb007102 cb007101 4e202710 000d0000 68656c6c6f 000000"; // NFQA_PAYLOAD

    @Test
    void encodesBind() {
        assertThat(hex(QueueMessages.bind(0x1234))).isEqualTo("0302/5 00001234 08000100 01000000".replace(" ", ""));
    }

    @Test
    void encodesConfigure() {
        assertThat(hex(QueueMessages.configure(7, 4096, 0xffff)))
                .isEqualTo("0302/5 00000007 09000200 0000ffff 02 000000 08000300 00001000".replace(" ", ""));
    }

    @Test
    void encodesDrop() {
        assertThat(hex(QueueMessages.dropUpTo(7, 0xfffffffe)))
                .isEqualTo("0303/1 00000007 0c000200 00000000 fffffffe".replace(" ", ""));
    }

    @Test
    void decodesAPacket() throws CodecException {
        assertThat(packet(PACKET))
                .isEqualTo(new QueuedPacket(
                        258,
                        Optional.of(new Datagram(
                                new Endpoint(Ipv4.of("203.0.113.2"), 20000),
                                new Endpoint(Ipv4.of("203.0.113.1"), 10000),
                                io.ipipou.spi.auth.Payload.of(new byte[] {'h', 'e', 'l', 'l', 'o'})))));
    }

    @Test
    void aTruncatedPacketHasNoDatagram() throws CodecException {
        assertThat(packet(PACKET + "08000d00 00000022")).isEqualTo(new QueuedPacket(258, Optional.empty()));
    }

    @Test
    void aPacketWithoutAnIdIsInvalid() {
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> packet("02000007 25000a00 45000021 12340000 40110000 cb007102 cb007101"
                        + " 4e202710 000d0000 68656c6c6f 000000"));
    }

    private static QueuedPacket packet(String hex) throws CodecException {
        return QueueMessages.packet(Payload.of(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private static String hex(Request request) {
        MessageWriter writer = new MessageWriter(256);
        request.body().encode(writer);
        return "%04x/%x".formatted(request.type(), request.flags())
                + HexFormat.of().formatHex(writer.toBytes());
    }

    @Provide
    static Arbitrary<Datagram> datagrams() {
        Arbitrary<Endpoint> sources = Combinators.combine(
                        Arbitraries.integers(), Arbitraries.integers().between(1, 65535))
                .as((address, port) -> new Endpoint(new Ipv4((address & 0x7fffffff) | 0x01000000), port));
        return Combinators.combine(
                        sources,
                        sources,
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(200))
                .as((source, destination, bytes) ->
                        new Datagram(source, destination, io.ipipou.spi.auth.Payload.of(bytes)));
    }

    private static MessageBody message(int id, byte[] packet) {
        return writer -> {
            writer.u8(2).u8(0).u16be(7);
            writer.attribute(1, value -> value.u32be(id).u16be(0x0800).u8(0));
            writer.attribute(10, value -> {
                for (byte each : packet) {
                    value.u8(each);
                }
            });
        };
    }

    private static byte[] bytes(MessageBody body) {
        MessageWriter writer = new MessageWriter(512);
        body.encode(writer);
        return writer.toBytes();
    }

    @Property
    void decodesWhatWasEncoded(
            @ForAll("datagrams") Datagram datagram, @ForAll int id, @ForAll @IntRange(min = 1, max = 255) int ttl)
            throws CodecException {
        byte[] bytes = bytes(message(id, datagram.encode(ttl)));
        assertThat(QueueMessages.packet(Payload.of(bytes))).isEqualTo(new QueuedPacket(id, Optional.of(datagram)));
    }

    @Property(tries = 3000)
    void aCorruptMessageIsAPacketOrACodecException(@ForAll("datagrams") Datagram datagram, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] whole = bytes(message(1, datagram.encode(64)));
        byte[] corrupt = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
        for (int flips = random.nextInt(4); flips > 0 && corrupt.length > 0; flips--) {
            corrupt[random.nextInt(corrupt.length)] = (byte) random.nextInt();
        }
        try {
            assertThat(QueueMessages.packet(Payload.of(corrupt))).isNotNull();
        } catch (CodecException e) {
            assertThat(e).hasMessageContaining("bytes");
        }
    }

    /** What is parsed can be encoded, and then parses to the same. */
    @Property(tries = 3000)
    void aCorruptPacketIsADatagramOrNone(@ForAll("datagrams") Datagram datagram, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] packet = datagram.encode(64);
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        Datagram.parse(packet)
                .ifPresent(read -> assertThat(Datagram.parse(read.encode(1))).contains(read));
    }

    @Property(tries = 3000)
    void randomBytesAreADatagramOrNone(@ForAll @Size(max = 100) byte[] bytes) {
        Datagram.parse(bytes)
                .ifPresent(read -> assertThat(read.payload().length()).isEqualTo(bytes.length - 28));
    }
}
