package io.ipipou.backend.netlink.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.backend.netlink.CodecProperties;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CodecTest extends CodecProperties {

    @Override
    protected List<Codec<?>> all() {
        return MessageArbitraries.CODECS;
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

    private static List<NetlinkMessage> split(byte[] bytes) throws CodecException {
        return NetlinkMessage.split(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), bytes.length);
    }
}
