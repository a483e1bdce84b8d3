package io.ipipou.backend.netlink.wire;

/** Reads what follows the header of a message. */
@FunctionalInterface
public interface Decoder<T> {
    T decode(Payload payload) throws CodecException;
}
