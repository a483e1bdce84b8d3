package io.ipipou.testkit;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;

/**
 * A fresh network namespace for one case: {@code lo}, and {@link #DEVICE} of kind dummy, up, with
 * {@link #DEVICE_ADDRESS}/24 and MTU {@link #DEVICE_MTU}.
 */
public interface KernelUnderTest extends AutoCloseable {

    LinkName DEVICE = new LinkName("eth0");
    Ipv4 DEVICE_ADDRESS = Ipv4.of("203.0.113.1");
    int DEVICE_PREFIX_LENGTH = 24;

    /** The table that backends are opened for. */
    String NFT_TABLE = "ipipou";

    /** Bytes. */
    int DEVICE_MTU = 1500;

    /** The backend under test, opened in this namespace; used from threads that are in another one. */
    Backend open() throws BackendException;

    /** Opens the backend as one who lacks CAP_NET_ADMIN here, runs the task with it, and closes it. */
    void withoutPrivilege(BackendTask task) throws BackendException;

    /** Whether every refusal has its errno, and none leaves it to the message. */
    default boolean reportsErrno() {
        return true;
    }

    OutsideChanges outsideChanges();

    /** Returns when so much of the kernel's time has passed. */
    void passTime(Duration time);

    /** Something to do with a backend. */
    interface BackendTask {
        void run(Backend backend) throws BackendException;
    }

    /** Removes the namespace. */
    @Override
    void close();
}
