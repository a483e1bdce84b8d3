package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.LinkAddress;
import java.util.Optional;

/** Creates and deletes IPv4 addresses. */
final class AddressWrites {

    private final LinkTable table;

    AddressWrites(LinkTable table) {
        this.table = table;
    }

    Step create(Operation operation) {
        LinkAddress address = (LinkAddress) operation.subject();
        Optional<Integer> link = table.index(address.link());
        if (link.isEmpty()) {
            return Step.refuse(operation, Errno.ENODEV, Links.noDevice(address.link()));
        }
        AddressMessage message = Addresses.toMessage(address, link.orElseThrow());
        return Step.send(
                operation, Request.write(AddressMessage.RTM_NEWADDR, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL, message));
    }

    Step delete(Operation operation) {
        LinkAddress address = (LinkAddress) operation.subject();
        Optional<Integer> link = table.index(address.link());
        if (link.isEmpty()) {
            return Step.done(operation);
        }
        AddressMessage message = Addresses.toMessage(address, link.orElseThrow());
        return Step.delete(
                operation, Request.write(AddressMessage.RTM_DELADDR, 0, message), Errno.EADDRNOTAVAIL, Errno.ENODEV);
    }
}
