package io.ipipou.netlink.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the real poll(2) and eventfd(2). */
@Timeout(60)
class PollerTest {

    @Test
    void anotherThreadStopsTheWaitAtAnyTime() throws Exception {
        for (int i = 0; i < 200; i++) {
            Poller poller = Poller.open(List.of());
            CompletableFuture<Boolean> waited = CompletableFuture.supplyAsync(() -> {
                try {
                    return poller.await();
                } catch (ErrnoException e) {
                    throw new IllegalStateException(e);
                }
            });
            poller.stop();
            assertThat(waited.get()).isFalse();
            poller.close();
        }
    }

    @Test
    void stopIsFinalAndRepeatable() throws ErrnoException {
        Poller poller = Poller.open(List.of());
        poller.stop();
        poller.stop();
        assertThat(poller.await()).isFalse();
        assertThat(poller.await()).isFalse();
        poller.close();
        poller.close();
        poller.stop();
    }

    @Test
    void aSocketWithSomethingToReceiveEndsTheWait() throws ErrnoException {
        KernelSocket socket = KernelSocket.openSubscription(KernelSocket.NETLINK_ROUTE);
        try (socket;
                Poller poller = Poller.open(List.of(socket))) {
            // An RTM_GETLINK without a body, which the kernel refuses at once.
            socket.send(Libc.struct(16)
                    .putInt(16)
                    .putShort((short) 18)
                    .putShort((short) 5)
                    .putLong(0)
                    .flip());
            assertThat(poller.await()).isTrue();
            assertThat(socket.receive(Libc.struct(1024))).isPositive();
        }
    }
}
