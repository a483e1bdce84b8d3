package io.ipipou.netlink.wire;

/** What follows the header of a message. */
@FunctionalInterface
public interface MessageBody {
    void encode(MessageWriter writer);
}
