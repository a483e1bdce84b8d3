package io.ipipou.backend.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Properties of all messages that are encoded and decoded. */
public abstract class CodecProperties {

    private static final int NLMSGERR_ATTR_OFFS = 2;
    /** Of an nftables object; the classes have no constants of their own for it. */
    private static final int TABLE = 1;

    /** The codec has no attribute names. */
    private static final int UNNAMED = -1;

    /**
     * A kind of message.
     *
     * @param any generates such messages
     * @param header bytes before the first attribute; {@link #UNNAMED} for messages that are never sent
     */
    public record Codec<T>(
            String name, Arbitrary<T> any, Function<T, MessageBody> encoder, Decoder<T> decoder, int header) {

        /** A message to the kernel. */
        public static <T extends MessageBody> Codec<T> of(
                String name, int header, Arbitrary<T> any, Decoder<T> decoder) {
            return new Codec<>(name, any, message -> message, decoder, header);
        }

        public static <T> Codec<T> unnamed(
                String name, Arbitrary<T> any, Function<T, MessageBody> encoder, Decoder<T> decoder) {
            return new Codec<>(name, any, encoder, decoder, UNNAMED);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A codec and a message of its kind. */
    record Case<T>(Codec<T> codec, T message) {

        static <T> Arbitrary<Case<T>> of(Codec<T> codec) {
            return codec.any().map(message -> new Case<>(codec, message));
        }

        MessageBody body() {
            return codec.encoder().apply(message);
        }

        byte[] encoded() {
            return CodecProperties.encoded(body());
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
    void decodeReturnsWhatWasEncoded(@ForAll("cases") Case<?> any) throws CodecException {
        assertThat(any.codec().decoder().decode(Payload.of(any.encoded()))).isEqualTo(any.message());
    }

    /** A damaged message decodes, if only optional attributes are missing, or is rejected. */
    @Property(tries = 2000)
    void damagedMessagesAreDecodedOrRejected(@ForAll("cases") Case<?> any, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = any.encoded();
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        decodesOrRejects(any.codec(), damaged);
    }

    @Property(tries = 2000)
    void randomBytesAreDecodedOrRejected(@ForAll("codecs") Codec<?> codec, @ForAll byte[] bytes) {
        decodesOrRejects(codec, bytes);
    }

    @Property(tries = 500)
    void everyAttributeHasTheNameOfItsConstant(@ForAll("cases") Case<?> any)
            throws CodecException, ReflectiveOperationException {
        if (any.codec().header() == UNNAMED) {
            return;
        }
        Payload payload = Payload.of(any.encoded());
        for (int at = any.codec().header(); at < payload.length(); at += (payload.u16(at) + 3) & ~3) {
            String name = path(any.body(), at);
            assertThat(name).matches("[A-Z][A-Z0-9_]+");
            assertThat(constants(any.body()).getOrDefault(name, TABLE))
                    .as(name)
                    .isEqualTo(payload.u16(at + 2) & 0x3fff);
        }
    }

    private static Map<String, Integer> constants(MessageBody body) throws ReflectiveOperationException {
        Map<String, Integer> constants = new HashMap<>();
        for (Field field : body.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                field.setAccessible(true);
                constants.put(field.getName(), field.getInt(null));
            }
        }
        return constants;
    }

    /** The name that an error gives to the attribute at an offset of the body. */
    public static String path(MessageBody body, int offset) throws CodecException {
        MessageWriter writer = new MessageWriter(64);
        writer.message(Nlmsg.NLMSG_ERROR, Nlmsg.NLM_F_CAPPED | Nlmsg.NLM_F_ACK_TLVS, 1, error -> {
            error.u32(-Errno.EINVAL.number()).u32(0).u32(0).u32(0).u32(0);
            error.u32(NLMSGERR_ATTR_OFFS, Nlmsg.HEADER_LENGTH + offset);
        });
        NetlinkMessage answer =
                NetlinkMessage.split(writer.written(), writer.size()).get(0);
        return Ack.decode(answer, Request.write(0, 0, body))
                .attribute()
                .orElseThrow()
                .path();
    }

    private static void decodesOrRejects(Codec<?> codec, byte[] bytes) {
        try {
            assertThat(codec.decoder().decode(Payload.of(bytes))).isNotNull();
        } catch (CodecException rejected) {
            assertThat(rejected).hasMessageNotContaining("null");
        }
    }

    public static byte[] encoded(MessageBody message) {
        MessageWriter writer = new MessageWriter(4096);
        message.encode(writer);
        return writer.toBytes();
    }
}
