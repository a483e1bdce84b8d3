package io.ipipou.spi.source;

/** An address that cannot work, whatever the network does: a mistake in the configuration. */
public final class InvalidAddressException extends SourceException {

    private static final long serialVersionUID = 1L;

    public InvalidAddressException(String message) {
        super(message);
    }
}
