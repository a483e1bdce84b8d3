package io.ipipou.backend.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.backend.netlink.message.Samples.Codec;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Body;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CodecTest {

    /** A codec and a message of its form. */
    record Case<T extends Body>(Codec<T> codec, T message) {

        static <T extends Body> Arbitrary<Case<T>> of(Codec<T> codec) {
            return codec.any().map(message -> new Case<>(codec, message));
        }
    }

    @Provide
    Arbitrary<Case<?>> cases() {
        return Arbitraries.of(Samples.CODECS).flatMap(CodecTest::anyCase);
    }

    private static Arbitrary<Case<?>> anyCase(Codec<?> codec) {
        return Case.of(codec).map(each -> each);
    }

    @Provide
    Arbitrary<Codec<?>> codecs() {
        return Arbitraries.of(Samples.CODECS);
    }

    @Property(tries = 2000)
    void whatIsEncodedIsDecoded(@ForAll("cases") Case<?> any) throws CodecException {
        assertThat(any.codec().decoder().decode(Payload.of(encoded(any.message()))))
                .isEqualTo(any.message());
    }

    /** A cut message decodes, where only optional attributes are lost, or is refused; nothing else. */
    @Property(tries = 2000)
    void damageIsToldAsSuch(@ForAll("cases") Case<?> any, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = encoded(any.message());
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        decodesOrRefuses(any.codec(), damaged);
    }

    @Property(tries = 2000)
    void randomBytesDecodeOrAreRefused(@ForAll("codecs") Codec<?> codec, @ForAll byte[] bytes) {
        decodesOrRefuses(codec, bytes);
    }

    @Property(tries = 2000)
    void randomDatagramsSplitOrAreRefused(@ForAll byte[] bytes) {
        try {
            for (NetlinkMessage message : split(bytes)) {
                assertThat(Ack.decode(message)).isNotNull();
            }
        } catch (CodecException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    @Property
    void acksAreDecodedAsEncoded(@ForAll int errno, @ForAll("words") String words) throws CodecException {
        Ack ack = new Ack(errno, words);
        MessageWriter writer = new MessageWriter(4096);
        writer.message(2, 0x300, 7, ack::encode);

        assertThat(split(writer.toBytes())).singleElement().satisfies(message -> {
            assertThat(message.sequence()).isEqualTo(7);
            assertThat(Ack.decode(message)).isEqualTo(ack);
        });
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().ascii().excludeChars('\0').ofMaxLength(80);
    }

    private static void decodesOrRefuses(Codec<?> codec, byte[] bytes) {
        try {
            assertThat(codec.decoder().decode(Payload.of(bytes))).isNotNull();
        } catch (CodecException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    private static List<NetlinkMessage> split(byte[] bytes) throws CodecException {
        return NetlinkMessage.split(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), bytes.length);
    }

    private static byte[] encoded(Body message) {
        MessageWriter writer = new MessageWriter(4096);
        message.encode(writer);
        return writer.toBytes();
    }
}
