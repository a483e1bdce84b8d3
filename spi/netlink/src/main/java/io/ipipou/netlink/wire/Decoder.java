package io.ipipou.netlink.wire;

/** Decodes what follows the netlink header of a message. */
@FunctionalInterface
public interface Decoder<T> {
    T decode(Payload payload) throws CodecException;
}
