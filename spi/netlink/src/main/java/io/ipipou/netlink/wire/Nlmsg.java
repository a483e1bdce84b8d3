package io.ipipou.netlink.wire;

/** Message types and flags of linux/netlink.h. */
public final class Nlmsg {

    public static final int HEADER_LENGTH = 16;

    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;

    public static final int NLM_F_REQUEST = 0x1;
    public static final int NLM_F_ACK = 0x4;
    /** The objects changed during the dump. */
    public static final int NLM_F_DUMP_INTR = 0x10;

    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;
    public static final int NLM_F_APPEND = 0x800;
    public static final int NLM_F_DUMP = 0x300;

    /** In an ack: only the request's header follows, not the whole request. */
    public static final int NLM_F_CAPPED = 0x100;
    /** In an ack, or at the end of a dump: attributes of the extended ack follow. */
    public static final int NLM_F_ACK_TLVS = 0x200;

    private Nlmsg() {}

    static int align(int length) {
        return (length + 3) & ~3;
    }
}
