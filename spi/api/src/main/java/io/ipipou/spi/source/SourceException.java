package io.ipipou.spi.source;

/** A failure to reach or read a source. The message is for the operator: what failed, and what the server said. */
public class SourceException extends Exception {

    private static final long serialVersionUID = 1L;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
