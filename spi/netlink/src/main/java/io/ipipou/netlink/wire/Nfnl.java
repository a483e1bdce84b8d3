package io.ipipou.netlink.wire;

import java.util.Optional;

/** Framing of netfilter messages and batches (linux/netfilter/nfnetlink.h). */
public final class Nfnl {

    /** struct nfgenmsg, at the start of every message. */
    public static final int HEADER_LENGTH = 4;

    public static final int NFNL_SUBSYS_NFTABLES = 10;

    private static final int NFNL_MSG_BATCH_BEGIN = 16;
    private static final int NFNL_MSG_BATCH_END = 17;
    private static final int NFNL_BATCH_GENID = 1;
    private static final int NFNETLINK_V0 = 0;
    private static final int AF_UNSPEC = 0;

    private Nfnl() {}

    /** The message type in the netlink header. */
    public static int type(int subsystem, int message) {
        return subsystem << 8 | message;
    }

    /** @param resource a number that the subsystem defines, such as a queue's; otherwise 0 */
    public static void encodeHeader(MessageWriter writer, int family, int resource) {
        writer.u8(family).u8(NFNETLINK_V0).u16be(resource);
    }

    /** @param generation makes the kernel refuse the batch with ERESTART if the subsystem's state has changed since */
    public static Request begin(int subsystem, Optional<Integer> generation) {
        return new Request(NFNL_MSG_BATCH_BEGIN, Nlmsg.NLM_F_REQUEST, writer -> {
            encodeHeader(writer, AF_UNSPEC, subsystem);
            generation.ifPresent(number -> writer.u32be(NFNL_BATCH_GENID, number));
        });
    }

    public static Request end(int subsystem) {
        return new Request(
                NFNL_MSG_BATCH_END, Nlmsg.NLM_F_REQUEST, writer -> encodeHeader(writer, AF_UNSPEC, subsystem));
    }
}
