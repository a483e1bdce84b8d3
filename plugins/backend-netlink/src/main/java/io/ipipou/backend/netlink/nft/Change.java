package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;

/**
 * One write of a transaction.
 *
 * @param operation index of the operation that it belongs to
 * @param part the part of the operation's object, for error messages; empty for the whole
 * @param optional whether the object may be missing: after ENOENT the transaction is tried again without this write
 */
record Change(int operation, String part, Request request, boolean optional) {

    /**
     * @param type of {@link Nft}
     * @param flags NLM_F_*
     */
    static Change of(int operation, String part, int type, int flags, MessageBody body) {
        return new Change(operation, part, new Request(type, Nlmsg.NLM_F_REQUEST | flags, body), false);
    }

    Change asOptional() {
        return new Change(operation, part, request, true);
    }

    /** For an operator. The kernel rarely explains a refusal in words. */
    Refusal refusal(Ack ack) {
        Refusal refusal = ack.refusal();
        if (part.isEmpty()) {
            return refusal;
        }
        boolean module = request.type() == Nft.NEWRULE && ack.is(Errno.ENOENT, Errno.EOPNOTSUPP);
        return new Refusal(
                refusal.errno(),
                part + ": " + refusal.message()
                        + (module ? "; is a module missing, such as nft_queue, nft_limit or nft_ct?" : ""));
    }
}
