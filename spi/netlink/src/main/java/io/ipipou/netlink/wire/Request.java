package io.ipipou.netlink.wire;

/**
 * A message to the kernel, as yet without a sequence number.
 *
 * @param type RTM_* or a generic netlink family's number
 * @param flags NLM_F_*; NLM_F_REQUEST goes without saying
 */
public record Request(int type, int flags, MessageBody body) {

    /** A question that the kernel answers with one message or an error. */
    public static Request get(int type, MessageBody body) {
        return new Request(type, Nlmsg.NLM_F_REQUEST, body);
    }

    public static Request dump(int type, MessageBody body) {
        return new Request(type, Nlmsg.NLM_F_REQUEST | Nlmsg.NLM_F_DUMP, body);
    }

    /** A write, which the kernel acknowledges. */
    public static Request write(int type, int flags, MessageBody body) {
        return new Request(type, Nlmsg.NLM_F_REQUEST | Nlmsg.NLM_F_ACK | flags, body);
    }
}
