package io.ipipou.netlink.wire;

/** Bytes that are not the message they were taken for; the only thing a decoder throws. */
public final class CodecException extends Exception {

    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }
}
