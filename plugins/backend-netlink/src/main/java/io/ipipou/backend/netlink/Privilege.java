package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.List;

/** Whether this process may change the network: CAP_NET_ADMIN in the namespace of the socket. */
final class Privilege {

    private Privilege() {}

    /** By a change of no link at all, which the kernel refuses with EINVAL once it has checked the privilege. */
    static void check(NetlinkConnection route) throws BackendException {
        Request nothing = Request.write(LinkRequest.RTM_SETLINK, 0, LinkRequest.one(0));
        Ack ack = route.write(List.of(nothing)).get(0);
        if (ack.is(Errno.EPERM)) {
            throw new BackendException(Refusal.PERMISSION_DENIED);
        }
        if (!ack.is(Errno.EINVAL)) {
            throw new BackendException("checking for permission to change links", ack.refusal());
        }
    }
}
