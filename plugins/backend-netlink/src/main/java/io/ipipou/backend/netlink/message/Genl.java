package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.MessageWriter;

/** struct genlmsghdr of linux/genetlink.h. */
final class Genl {

    static final int HEADER_LENGTH = 4;

    private Genl() {}

    static void encodeHeader(MessageWriter writer, int command, int version) {
        writer.u8(command).u8(version).u16(0);
    }
}
