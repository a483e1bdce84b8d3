package io.ipipou.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.testkit.auth.RecordedExchange;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DatagramTest {

    private static final Datagram HELLO = new Datagram(
            new Endpoint(Ipv4.of("203.0.113.2"), 20000),
            new Endpoint(Ipv4.of("203.0.113.1"), 10000),
            Payload.of(new byte[] {'h', 'e', 'l', 'l', 'o'}));

    private static final String HELLO_HEX =
            "45000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f";

    static List<RecordedExchange.Packet> recorded() {
        return Stream.of("ed25519", "token", "address")
                .flatMap(scheme -> RecordedExchange.of(scheme).stream())
                .flatMap(exchange -> Stream.of(exchange.request(), exchange.reply()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void recordedPacketsAreParsedAndEncodedByteForByte(RecordedExchange.Packet recorded) {
        byte[] packet = HexFormat.of().parseHex(recorded.ipPacketHex());
        Datagram datagram = new Datagram(recorded.source(), recorded.destination(), recorded.payload());

        assertThat(Datagram.parse(packet)).contains(datagram);
        byte[] encoded = datagram.encode(packet[8]);
        // What the kernel fills in: the id and the header checksum.
        ByteBuffer.wrap(encoded).putShort(4, ByteBuffer.wrap(packet).getShort(4));
        ByteBuffer.wrap(encoded).putShort(10, ByteBuffer.wrap(packet).getShort(10));
        assertThat(encoded).isEqualTo(packet);
    }

    @Test
    void encodesAPacket() {
        assertThat(HexFormat.of().formatHex(HELLO.encode(64))).isEqualTo(HELLO_HEX.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource({"1, 01", "255, ff"})
    void encodesTheTtl(int ttl, String hexByte) {
        assertThat(HexFormat.of().formatHex(HELLO.encode(ttl)).substring(16, 18))
                .isEqualTo(hexByte);
    }

    @ParameterizedTest
    @CsvSource({"0", "256", "-1"})
    void rejectsAnInvalidTtl(int ttl) {
        assertThatIllegalArgumentException().isThrownBy(() -> HELLO.encode(ttl));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "don't fragment,              45000021 0000 4000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "any type of service,         45ff0021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "a UDP checksum,              45000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000d cecc 68656c6c6f",
    })
    void parsesPacketsOfOtherPrograms(String what, String hex) {
        assertThat(parse(hex)).contains(HELLO);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "IPv6,                        65000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "an option,                   46000025 0000 0000 40 11 0000 cb007102 cb007101 01010101 4e20 2710 000d 0000 68656c6c6f",
        "a header too short,          44000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "TCP,                         45000021 0000 0000 40 06 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "a first fragment,            45000021 0000 2000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "a last fragment,             45000021 0000 0001 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "the reserved bit,            45000021 0000 8000 40 11 0000 cb007102 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "shorter than it says,        45000022 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000e 0000 68656c6c6f",
        "longer than it says,         45000020 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000c 0000 68656c6c6f",
        "UDP shorter than IP,         45000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000c 0000 68656c6c6f",
        "UDP longer than IP,          45000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000e 0000 68656c6c6f",
        "a wrong UDP checksum,        45000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 000d cecd 68656c6c6f",
        "source port 0,               45000021 0000 0000 40 11 0000 cb007102 cb007101 0000 2710 000d 0000 68656c6c6f",
        "destination port 0,          45000021 0000 0000 40 11 0000 cb007102 cb007101 4e20 0000 000d 0000 68656c6c6f",
        "from 0.0.0.0,                45000021 0000 0000 40 11 0000 00000000 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "from a multicast address,    45000021 0000 0000 40 11 0000 e0000001 cb007101 4e20 2710 000d 0000 68656c6c6f",
        "from 255.255.255.255,        45000021 0000 0000 40 11 0000 ffffffff cb007101 4e20 2710 000d 0000 68656c6c6f",
        "no whole header,             4500001b 0000 0000 40 11 0000 cb007102 cb007101 4e20 2710 0007 00",
        "nothing,                     ''",
    })
    void rejectsAnythingElse(String what, String hex) {
        assertThat(parse(hex)).isEmpty();
    }

    private static Optional<Datagram> parse(String hex) {
        return Datagram.parse(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
