package io.ipipou.backend.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of all messages that are both written and read. */
public abstract class CodecProperties {

    /**
     * A form of message.
     *
     * @param any any message of the form
     */
    public record Codec<T extends MessageBody>(String name, Arbitrary<T> any, Decoder<T> decoder) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A codec and a message of its form. */
    record Case<T extends MessageBody>(Codec<T> codec, T message) {

        static <T extends MessageBody> Arbitrary<Case<T>> of(Codec<T> codec) {
            return codec.any().map(message -> new Case<>(codec, message));
        }
    }

    protected abstract List<Codec<?>> all();

    @Provide
    Arbitrary<Case<?>> cases() {
        return Arbitraries.of(all()).flatMap(CodecProperties::anyCase);
    }

    private static Arbitrary<Case<?>> anyCase(Codec<?> codec) {
        return Case.of(codec).map(each -> each);
    }

    @Provide
    Arbitrary<Codec<?>> codecs() {
        return Arbitraries.of(all());
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

    private static void decodesOrRefuses(Codec<?> codec, byte[] bytes) {
        try {
            assertThat(codec.decoder().decode(Payload.of(bytes))).isNotNull();
        } catch (CodecException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    public static byte[] encoded(MessageBody message) {
        MessageWriter writer = new MessageWriter(4096);
        message.encode(writer);
        return writer.toBytes();
    }
}
