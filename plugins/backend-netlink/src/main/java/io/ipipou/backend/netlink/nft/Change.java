package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;

/**
 * A write of a transaction.
 *
 * @param operation the place of the operation that it is for
 * @param what of the operation's object it is about, for people; empty for all of it
 * @param optional whether the object may be gone already: a refusal with ENOENT means to try again without it
 */
record Change(int operation, String what, Request request, boolean optional) {

    /**
     * @param type of {@link Nft}
     * @param flags NLM_F_*
     */
    static Change of(int operation, String what, int type, int flags, MessageBody body) {
        return new Change(operation, what, new Request(type, Nlmsg.NLM_F_REQUEST | flags, body), false);
    }

    Change asOptional() {
        return new Change(operation, what, request, true);
    }

    /** For people. nftables has an errno and no words of its own for almost all that it refuses. */
    Refusal refusal(Ack ack) {
        Refusal refusal = ack.refusal();
        if (what.isEmpty()) {
            return refusal;
        }
        boolean module = request.type() == Nft.NEWRULE && ack.is(Errno.ENOENT, Errno.EOPNOTSUPP);
        return new Refusal(
                refusal.errno(),
                what + ": " + refusal.message()
                        + (module ? "; is a module missing, such as nft_queue, nft_limit or nft_ct?" : ""));
    }
}
