package io.ipipou.source.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Fails on the first read after a deadline, so that a server that drips bytes cannot hold the thread. Interrupts do not
 * do: JGit's timer clears them before each read.
 */
final class DeadlineInput extends FilterInputStream {

    private final long deadline;

    DeadlineInput(InputStream in, Duration timeout) {
        super(in);
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public int read() throws IOException {
        checkDeadline();
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        checkDeadline();
        return super.read(buffer, offset, length);
    }

    private void checkDeadline() throws SocketTimeoutException {
        if (System.nanoTime() - deadline > 0) {
            throw new SocketTimeoutException("timed out");
        }
    }
}
