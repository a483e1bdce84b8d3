package io.ipipou.netlink.wire;

/** What follows the header of a message. */
@FunctionalInterface
public interface Body {
    void encode(MessageWriter writer);
}
