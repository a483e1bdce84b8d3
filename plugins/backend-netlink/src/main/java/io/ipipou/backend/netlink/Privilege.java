package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.List;

/** Checks for CAP_NET_ADMIN in the network namespace of a socket. */
final class Privilege {

    private Privilege() {}

    /** Changes no link: the kernel checks the privilege and then refuses the request with EINVAL. */
    static void check(NetlinkConnection rtnetlink) throws BackendException {
        Ack ack = rtnetlink.write(List.of(LinkRequest.changeNothing())).get(0);
        if (ack.is(Errno.EPERM)) {
            throw new BackendException(Refusal.PERMISSION_DENIED);
        }
        if (!ack.is(Errno.EINVAL)) {
            throw new BackendException("checking for permission to change links", ack.refusal());
        }
    }
}
