package io.ipipou.netlink.wire;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.Arrays;
import java.util.Optional;

/**
 * How the kernel ends a request (struct nlmsgerr) or a dump: success, or an error with what the extended ack adds to it.
 *
 * @param errno 0 for success
 * @param message the kernel's words (NLMSGERR_ATTR_MSG), empty for none
 * @param attribute the attribute that the kernel refused or missed, empty if the kernel named none
 */
public record Ack(int errno, String message, Optional<BadAttribute> attribute) {

    public static final Ack OK = new Ack(0, "");

    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int ERRNO_LENGTH = 4;

    public Ack(int errno, String message) {
        this(errno, message, Optional.empty());
    }

    /** As {@link #decode(NetlinkMessage, Request)}, without the name of an attribute. */
    public static Ack decode(NetlinkMessage answer) throws CodecException {
        return decode(answer, Request.UNKNOWN);
    }

    /**
     * Decodes an NLMSG_ERROR, or the NLMSG_DONE of a dump.
     *
     * @param request what it answers
     */
    public static Ack decode(NetlinkMessage answer, Request request) throws CodecException {
        Payload payload = answer.payload();
        boolean done = answer.type() == Nlmsg.NLMSG_DONE;
        if (done && payload.length() < ERRNO_LENGTH) {
            return OK;
        }
        int errno = -payload.u32(0);
        if (!answer.has(Nlmsg.NLM_F_ACK_TLVS)) {
            return new Ack(errno, "");
        }
        int start = done ? ERRNO_LENGTH : ERRNO_LENGTH + requestLength(answer);
        Attributes attributes = payload.attributes(start);
        return new Ack(errno, attributes.string(NLMSGERR_ATTR_MSG), BadAttribute.decode(attributes, request));
    }

    private static int requestLength(NetlinkMessage answer) throws CodecException {
        if (answer.has(Nlmsg.NLM_F_CAPPED)) {
            return Nlmsg.HEADER_LENGTH;
        }
        int length = answer.payload().u32(ERRNO_LENGTH);
        if (length < Nlmsg.HEADER_LENGTH || length > answer.payload().length()) {
            throw new CodecException("ack of a request of " + length + " bytes");
        }
        return Nlmsg.align(length);
    }

    public boolean refused() {
        return errno != 0;
    }

    public boolean is(Errno... any) {
        return Arrays.stream(any).anyMatch(each -> each.number() == errno);
    }

    /** The error for an operator: the kernel's words or the errno's meaning, the attribute, and the errno. */
    public Refusal refusal() {
        Refusal words = Refusal.of(errno, message);
        return attribute
                .map(each -> new Refusal(words.errno(), words.message() + ": " + each))
                .orElse(words);
    }
}
