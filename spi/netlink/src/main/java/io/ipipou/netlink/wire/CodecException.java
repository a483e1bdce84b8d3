package io.ipipou.netlink.wire;

/** Received bytes are not the message that was expected; the only exception of decoders. */
public final class CodecException extends Exception {

    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }
}
