package io.ipipou.source.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Fails on the next byte after its thread is interrupted, so that a server that drips bytes cannot hold it. */
class AbortableInput extends FilterInputStream {

    AbortableInput(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        stopIfInterrupted();
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        stopIfInterrupted();
        return super.read(buffer, offset, length);
    }

    private static void stopIfInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("timed out");
        }
    }
}
