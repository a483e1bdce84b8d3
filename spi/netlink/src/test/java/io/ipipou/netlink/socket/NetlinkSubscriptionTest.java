package io.ipipou.netlink.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.spi.plan.Errno;
import org.junit.jupiter.api.Test;

class NetlinkSubscriptionTest {

    private final ScriptedKernel kernel = new ScriptedKernel();
    private final NetlinkSubscription subscription = new NetlinkSubscription(kernel, 64);

    @Test
    void receivesDatagramsOneByOneUntilThereIsNone() throws Exception {
        kernel.deliver(writer -> {
            writer.message(16, 0, 0, body -> body.u32(1));
            writer.message(17, 0, 0, body -> {});
        });
        kernel.deliver(writer -> writer.message(18, 0, 0, body -> {}));

        assertThat(subscription.next().orElseThrow())
                .extracting(NetlinkMessage::type)
                .containsExactly(16, 17);
        assertThat(subscription.next().orElseThrow())
                .extracting(NetlinkMessage::type)
                .containsExactly(18);
        assertThat(subscription.next()).isEmpty();
        assertThat(subscription.overruns()).isZero();
    }

    @Test
    void countsOverrunsAndContinues() throws Exception {
        kernel.fail(Errno.ENOBUFS);
        kernel.deliver(writer -> writer.message(18, 0, 0, body -> {}));
        kernel.fail(Errno.ENOBUFS);

        assertThat(subscription.next().orElseThrow()).isEmpty();
        assertThat(subscription.next().orElseThrow()).hasSize(1);
        assertThat(subscription.next().orElseThrow()).isEmpty();
        assertThat(subscription.next()).isEmpty();
        assertThat(subscription.overruns()).isEqualTo(2);
    }

    @Test
    void retriesAnInterruptedCall() throws Exception {
        kernel.fail(Errno.EINTR);
        kernel.fail(Errno.EINTR);
        kernel.deliver(writer -> writer.message(18, 0, 0, body -> {}));

        assertThat(subscription.next().orElseThrow()).hasSize(1);
    }

    @Test
    void throwsOtherErrors() {
        kernel.fail(Errno.EBADF);

        assertThatThrownBy(subscription::next)
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EBADF");
    }

    @Test
    void truncatedDatagramIsAnError() {
        kernel.deliver(new byte[64], 65);

        assertThatThrownBy(subscription::next)
                .isInstanceOf(CodecException.class)
                .hasMessage("datagram of 65 bytes truncated to 64");
    }

    @Test
    void malformedDatagramIsAnError() {
        kernel.deliver(new byte[20], 20);

        assertThatThrownBy(subscription::next).isInstanceOf(CodecException.class);
    }
}
