package io.ipipou.netlink.socket;

/** Waits until a socket has something to receive. One thread waits; any other can stop it for good. */
public interface ReadinessWaiter extends AutoCloseable {

    /**
     * Blocks until a socket has something to receive, which can be an error.
     *
     * @return false once {@link #stop} was called
     */
    boolean await() throws ErrnoException;

    /** Makes this and every later {@link #await} return. For any thread; further calls have no effect. */
    void stop();

    /** Releases resources. No thread may be waiting. */
    @Override
    void close();
}
