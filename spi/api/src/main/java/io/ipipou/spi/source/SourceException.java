package io.ipipou.spi.source;

/** A source that cannot be had. The message is for the operator: what was tried, and what the other side said. */
public final class SourceException extends Exception {

    private static final long serialVersionUID = 1L;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
