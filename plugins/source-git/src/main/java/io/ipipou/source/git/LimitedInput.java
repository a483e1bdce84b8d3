package io.ipipou.source.git;

import java.io.IOException;
import java.io.InputStream;

/** Ends in an {@link ExceededException} after so many bytes. */
final class LimitedInput extends AbortableInput {

    private final long limit;
    private long left;

    LimitedInput(InputStream in, long limit) {
        super(in);
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public int read() throws IOException {
        int octet = super.read();
        take(octet < 0 ? 0 : 1);
        return octet;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        take(Math.max(count, 0));
        return count;
    }

    private void take(int count) throws ExceededException {
        left -= count;
        if (left < 0) {
            throw new ExceededException("it sends more than " + (limit >> 20) + " MiB for one revision");
        }
    }

    /** More than the {@link Limits} allow. */
    static final class ExceededException extends IOException {

        private static final long serialVersionUID = 1L;

        ExceededException(String message) {
            super(message);
        }
    }
}
