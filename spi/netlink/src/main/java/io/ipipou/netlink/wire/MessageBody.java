package io.ipipou.netlink.wire;

/** What follows the netlink header of a message. */
@FunctionalInterface
public interface MessageBody {
    void encode(MessageWriter writer);

    /** Names for its attributes, in error messages. */
    default AttributeNames names() {
        return AttributeNames.NONE;
    }
}
