package io.ipipou.netlink.wire;

/** struct genlmsghdr of linux/genetlink.h. */
public final class Genl {

    public static final int HEADER_LENGTH = 4;

    private Genl() {}

    public static void encodeHeader(MessageWriter writer, int command, int version) {
        writer.u8(command).u8(version).u16(0);
    }
}
