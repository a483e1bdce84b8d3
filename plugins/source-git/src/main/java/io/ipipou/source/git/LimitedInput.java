package io.ipipou.source.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails with an {@link ExceededException} after a number of bytes. */
final class LimitedInput extends FilterInputStream {

    private final long limit;
    private long left;

    LimitedInput(InputStream in, long limit) {
        super(in);
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) throws ExceededException {
        left -= read;
        if (left < 0) {
            throw new ExceededException("the server sends more than " + (limit >> 20) + " MiB for one revision");
        }
    }

    /** The server sent more than the {@link Limits} allow. */
    static final class ExceededException extends IOException {

        private static final long serialVersionUID = 1L;

        ExceededException(String message) {
            super(message);
        }
    }
}
