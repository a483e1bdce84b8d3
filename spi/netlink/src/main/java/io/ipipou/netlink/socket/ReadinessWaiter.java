package io.ipipou.netlink.socket;

/**
 * Waits until sockets have something to receive. One thread waits; any other may end that, for good.
 */
public interface ReadinessWaiter extends AutoCloseable {

    /**
     * Blocks until a socket has something to receive, an error included.
     *
     * @return false when the waiting was ended
     */
    boolean await() throws ErrnoException;

    /** Ends the waiting, now and later, from any thread and any number of times. */
    void end();

    /** Frees what it holds; not while a thread waits. */
    @Override
    void close();
}
