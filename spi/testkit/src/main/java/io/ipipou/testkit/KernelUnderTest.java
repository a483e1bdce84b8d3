package io.ipipou.testkit;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;

/**
 * A new network namespace for one case: {@code lo}, and {@link #DEVICE} of kind dummy, up, with {@link #DEVICE_ADDRESS}/24
 * and MTU {@link #DEVICE_MTU}.
 */
public interface KernelUnderTest extends AutoCloseable {

    LinkName DEVICE = new LinkName("eth0");
    Ipv4 DEVICE_ADDRESS = Ipv4.of("203.0.113.1");
    int DEVICE_PREFIX_LENGTH = 24;

    /** The table that backends are opened for. */
    String NFT_TABLE = "ipipou";

    /** In bytes. */
    int DEVICE_MTU = 1500;

    /** Opens the backend under test in this namespace. The calling thread may be in another one. */
    Backend open() throws BackendException;

    /** Opens the backend without CAP_NET_ADMIN in this namespace, runs the task with it, and closes it. */
    void withoutPrivilege(BackendTask task) throws BackendException;

    /** Whether every refusal has an errno; if not, some have only a message. */
    default boolean reportsErrno() {
        return true;
    }

    /** Changes the namespace without the backend under test. */
    OutsideChanges outsideChanges();

    /** Returns after the kernel's clock has advanced by this time. */
    void passTime(Duration time);

    interface BackendTask {
        void run(Backend backend) throws BackendException;
    }

    /** Removes the namespace. */
    @Override
    void close();
}
