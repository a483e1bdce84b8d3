package io.ipipou.netlink.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.plan.Errno;
import org.junit.jupiter.api.Test;

class NetlinkSubscriptionTest {

    private final ScriptedKernel kernel = new ScriptedKernel();
    private final NetlinkSubscription feed = new NetlinkSubscription(kernel, 64);

    @Test
    void datagramsComeOneByOneUntilNothingIsThere() throws Exception {
        kernel.deliver(writer -> {
            writer.message(16, 0, 0, body -> body.u32(1));
            writer.message(17, 0, 0, body -> {});
        });
        kernel.deliver(writer -> writer.message(18, 0, 0, body -> {}));

        assertThat(feed.next().orElseThrow()).extracting(NetlinkMessage::type).containsExactly(16, 17);
        assertThat(feed.next().orElseThrow()).extracting(NetlinkMessage::type).containsExactly(18);
        assertThat(feed.next()).isEmpty();
        assertThat(feed.overruns()).isZero();
    }

    @Test
    void lossesAreCountedAndWhatComesAfterIsRead() throws Exception {
        kernel.fail(Errno.ENOBUFS);
        kernel.deliver(writer -> writer.message(18, 0, 0, body -> {}));
        kernel.fail(Errno.ENOBUFS);

        assertThat(feed.next().orElseThrow()).isEmpty();
        assertThat(feed.next().orElseThrow()).hasSize(1);
        assertThat(feed.next().orElseThrow()).isEmpty();
        assertThat(feed.next()).isEmpty();
        assertThat(feed.overruns()).isEqualTo(2);
    }

    @Test
    void anInterruptedCallIsMadeAgain() throws Exception {
        kernel.fail(Errno.EINTR);
        kernel.fail(Errno.EINTR);
        kernel.deliver(writer -> writer.message(18, 0, 0, body -> {}));

        assertThat(feed.next().orElseThrow()).hasSize(1);
    }

    @Test
    void otherErrorsAreThrown() {
        kernel.fail(Errno.EBADF);

        assertThatThrownBy(feed::next).isInstanceOf(ErrnoException.class).hasMessageContaining("EBADF");
    }

    @Test
    void aDatagramThatDidNotFitIsAnError() {
        kernel.deliver(new byte[64], 65);

        assertThatThrownBy(feed::next)
                .isInstanceOf(CodecException.class)
                .hasMessage("a datagram of 65 bytes was cut at 64");
    }

    @Test
    void aDatagramOfAnythingElseIsAnError() {
        kernel.deliver(new byte[20], 20);

        assertThatThrownBy(feed::next).isInstanceOf(CodecException.class);
    }
}
