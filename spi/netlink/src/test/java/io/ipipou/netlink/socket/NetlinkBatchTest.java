package io.ipipou.netlink.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetlinkBatchTest {

    private static final int DATA = 16;

    private final ScriptedKernel kernel = new ScriptedKernel();
    private final NetlinkConnection connection = new NetlinkConnection(kernel);

    private BatchReply batch(Optional<Integer> generation, List<Request> writes) throws BackendException {
        return connection.batch(Nfnl.NFNL_SUBSYS_NFTABLES, generation, writes);
    }

    private static List<Request> writes(int count) {
        return Collections.nCopies(count, new Request(DATA, Nlmsg.NLM_F_REQUEST, writer -> writer.u32(0)));
    }

    @Test
    void batchIsOneSendWhateverItsSize() throws BackendException {
        kernel.onSend((k, sent) -> k.acknowledge(sent.get(5000), Ack.OK));
        Request wide = new Request(DATA, Nlmsg.NLM_F_REQUEST, writer -> writer.bytes(new byte[100]));

        assertThat(batch(Optional.of(7), Collections.nCopies(5000, wide)).done())
                .isTrue();
        List<NetlinkMessage> sent = kernel.sent().get(0);
        assertThat(kernel.sent()).hasSize(1);
        assertThat(sent).hasSize(5002);
        assertThat(sent.get(0).type()).isEqualTo(16); // NFNL_MSG_BATCH_BEGIN
        assertThat(sent.get(5001).type()).isEqualTo(17); // NFNL_MSG_BATCH_END
        assertThat(sent.stream().filter(message -> message.has(Nlmsg.NLM_F_ACK)))
                .containsExactly(sent.get(5000));
        assertThat(HexFormat.of().formatHex(sent.get(0).payload().bytes()))
                .isEqualTo("0000000a" + "08000100" + "00000007"); // AF_UNSPEC, subsystem 10; NFNL_BATCH_GENID 7
    }

    @Test
    void allRefusalsOfABatchAreReturned() throws BackendException {
        kernel.onSend((k, sent) -> {
            k.acknowledge(sent.get(1), new Ack(2, "first"));
            k.acknowledge(sent.get(3), new Ack(17, "third"));
            k.acknowledge(sent.get(4), Ack.OK);
        });

        BatchReply reply = batch(Optional.empty(), writes(4));
        assertThat(reply.done()).isFalse();
        assertThat(reply.whole()).isEqualTo(Ack.OK);
        assertThat(reply.refusals()).isEqualTo(Map.of(0, new Ack(2, "first"), 2, new Ack(17, "third")));
    }

    @Test
    void batchRefusedAsAWholeHasNoOtherReply() throws BackendException {
        kernel.onSend((k, sent) -> k.acknowledge(sent.get(0), new Ack(85, "")));

        BatchReply reply = batch(Optional.of(7), writes(4));
        assertThat(reply.done()).isFalse();
        assertThat(reply.whole().is(Errno.ERESTART)).isTrue();
    }

    /** Only refusals overflow the receive buffer, and the kernel drops the last of them. */
    @Test
    void firstRefusalRemainsWhenOthersAreLost() throws BackendException {
        kernel.onSend((k, sent) -> {
            k.fail(Errno.ENOBUFS);
            k.acknowledge(sent.get(2), new Ack(2, ""));
        });

        assertThat(batch(Optional.empty(), writes(4)).refusals()).isEqualTo(Map.of(1, new Ack(2, "")));
    }

    @Test
    void batchWithoutAReplyIsAnError() {
        kernel.onSend((k, sent) ->
                k.deliver(writer -> writer.message(DATA, 0, sent.get(0).sequence(), body -> body.u32(1))));

        assertThatThrownBy(() -> batch(Optional.empty(), writes(4)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("EAGAIN");
    }

    @Test
    void emptyBatchIsNotSent() throws BackendException {
        assertThat(batch(Optional.of(7), List.of()).done()).isTrue();
        assertThat(kernel.sent()).isEmpty();
    }
}
