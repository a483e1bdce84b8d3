package io.ipipou.netlink.wire;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.Arrays;

/**
 * What the kernel says at the end of a request (struct nlmsgerr) or of a dump.
 *
 * @param errno 0 when it was done
 * @param message the kernel's own words (NLMSGERR_ATTR_MSG), empty when it has none
 */
public record Ack(int errno, String message) {

    public static final Ack OK = new Ack(0, "");

    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int ERRNO_LENGTH = 4;

    /** An NLMSG_ERROR, or the NLMSG_DONE of a dump, which names no request. */
    public static Ack decode(NetlinkMessage message) throws CodecException {
        Payload payload = message.payload();
        boolean done = message.type() == Nlmsg.NLMSG_DONE;
        if (done && payload.length() < ERRNO_LENGTH) {
            return OK;
        }
        int errno = -payload.u32(0);
        if (!message.has(Nlmsg.NLM_F_ACK_TLVS)) {
            return new Ack(errno, "");
        }
        int attributes = done ? ERRNO_LENGTH : ERRNO_LENGTH + requestLength(message);
        return new Ack(errno, payload.attributes(attributes).string(NLMSGERR_ATTR_MSG));
    }

    private static int requestLength(NetlinkMessage message) throws CodecException {
        if (message.has(Nlmsg.NLM_F_CAPPED)) {
            return Nlmsg.HEADER_LENGTH;
        }
        int length = message.payload().u32(ERRNO_LENGTH);
        if (length < Nlmsg.HEADER_LENGTH || length > message.payload().length()) {
            throw new CodecException("an ack of a request of " + length + " bytes");
        }
        return (length + 3) & ~3;
    }

    /** An NLMSG_ERROR with NLM_F_CAPPED and NLM_F_ACK_TLVS. */
    public void encode(MessageWriter writer) {
        writer.u32(-errno);
        writer.u32(Nlmsg.HEADER_LENGTH).u16(0).u16(0).u32(0).u32(0);
        writer.string(NLMSGERR_ATTR_MSG, message);
    }

    public boolean refused() {
        return errno != 0;
    }

    public boolean is(Errno... any) {
        return Arrays.stream(any).anyMatch(each -> each.number() == errno);
    }

    /** For people; the errno's meaning where the kernel had no words. */
    public Refusal refusal() {
        return Refusal.of(errno, message);
    }
}
