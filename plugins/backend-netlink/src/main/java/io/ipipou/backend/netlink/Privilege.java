package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Errno;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import java.util.List;

/** Whether this process may change the network: CAP_NET_ADMIN in the namespace of the socket. */
final class Privilege {

    private Privilege() {}

    /** By a change of no link at all, which the kernel refuses with EINVAL once it has checked the privilege. */
    static void check(NetlinkConnection route) throws BackendException {
        Request nothing = Request.write(LinkRequest.RTM_SETLINK, 0, LinkRequest.one(0));
        Ack ack = route.write(List.of(nothing)).get(0);
        if (ack.is(Errno.EPERM)) {
            throw new BackendException("using rtnetlink, which takes root or CAP_NET_ADMIN", ack.refusal());
        }
        if (!ack.is(Errno.EINVAL)) {
            throw new BackendException("asking the kernel for leave to change links", ack.refusal());
        }
    }
}
