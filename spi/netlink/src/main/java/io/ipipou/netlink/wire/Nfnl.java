package io.ipipou.netlink.wire;

import java.util.Optional;

/** Framing of the netfilter family (linux/netfilter/nfnetlink.h): a subsystem's messages, and batches of them. */
public final class Nfnl {

    /** struct nfgenmsg, which every message begins with. */
    public static final int HEADER_LENGTH = 4;

    public static final int NFNL_SUBSYS_NFTABLES = 10;

    private static final int NFNL_MSG_BATCH_BEGIN = 16;
    private static final int NFNL_MSG_BATCH_END = 17;
    private static final int NFNL_BATCH_GENID = 1;
    private static final int NFNETLINK_V0 = 0;
    private static final int AF_UNSPEC = 0;

    private Nfnl() {}

    /** The type of a subsystem's message in a message header. */
    public static int type(int subsystem, int message) {
        return subsystem << 8 | message;
    }

    /** @param resource what the message is about where a subsystem numbers that, else 0 */
    public static void encodeHeader(MessageWriter writer, int family, int resource) {
        writer.u8(family).u8(NFNETLINK_V0).u16be(resource);
    }

    /** @param generation the kernel refuses the batch with ERESTART when the subsystem's state is another one by then */
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
