package io.ipipou.netlink.wire;

/** Reads what follows the header of a message. */
@FunctionalInterface
public interface Decoder<T> {
    T decode(Payload payload) throws CodecException;
}
