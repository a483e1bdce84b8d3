package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.OuterHeader;
import java.util.Optional;

/** Operations on single IPIP links. A link is told by its number, which no later link of its name has. */
final class LinkWrites {

    private final LinkTable table;
    private final FouFamily fou;

    LinkWrites(LinkTable table, FouFamily fou) {
        this.table = table;
        this.fou = fou;
    }

    Step create(Operation operation) throws BackendException {
        return write(operation, 0, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL);
    }

    Step update(Operation operation) throws BackendException {
        IpipLink link = link(operation);
        Optional<LinkMessage> present = table.find(link.name());
        if (present.isEmpty()) {
            return Step.refuse(operation, Errno.ENODEV, "the link " + link.name() + " is gone");
        }
        return isOurs(present.orElseThrow())
                ? write(operation, present.orElseThrow().index(), 0)
                : notOurs(operation, link.name());
    }

    Step delete(Operation operation) {
        return delete(operation, link -> {
            table.forget(Links.name(link));
            return Request.write(LinkRequest.RTM_DELLINK, 0, LinkRequest.one(link.index()));
        });
    }

    /** How a link that is there and ours is deleted. */
    interface Deletion {
        Request of(LinkMessage link);
    }

    Step delete(Operation operation, Deletion deletion) {
        LinkName name = link(operation).name();
        Optional<LinkMessage> present = table.find(name);
        if (present.isEmpty()) {
            return Step.done(operation);
        }
        return isOurs(present.orElseThrow())
                ? Step.delete(operation, deletion.of(present.orElseThrow()), Errno.ENODEV)
                : notOurs(operation, name);
    }

    private Step write(Operation operation, int index, int flags) throws BackendException {
        IpipLink link = link(operation);
        Optional<LinkName> device = link.outer().device();
        Optional<Integer> deviceIndex = device.flatMap(table::index);
        if (device.isPresent() && deviceIndex.isEmpty()) {
            return Step.refuse(operation, Errno.ENODEV, "there is no device " + device.orElseThrow());
        }
        if (!fou.serves(link)) {
            return Step.refuse(operation, Listeners.NO_MODULE);
        }
        LinkMessage message = Links.wanted(link, index, deviceIndex.orElse(0));
        Request request = Request.write(LinkMessage.RTM_NEWLINK, flags, message);
        return new Step.Send(operation, request, this::verdict);
    }

    private Outcome verdict(Operation operation, Ack ack) throws BackendException {
        Optional<Refusal> clearer = explain(link(operation), ack);
        return clearer.isPresent() ? Outcome.failed(operation, clearer.orElseThrow()) : Step.outcome(operation, ack);
    }

    /** The refusals that the kernel has no words, or the wrong ones, for. */
    private Optional<Refusal> explain(IpipLink link, Ack ack) {
        if (ack.is(Errno.EOPNOTSUPP)) {
            String words = "the kernel module ipip is not loaded and could not be; try: modprobe ipip";
            return Optional.of(
                    new Refusal(Errno.EOPNOTSUPP.name(), ack.refusal().message() + ": " + words));
        }
        if (ack.is(Errno.EEXIST)) {
            OuterHeader.Key key = link.outer().key();
            String words = "a link of this name, or another tunnel from " + key.local() + " to " + key.remote()
                    + ", is there already";
            return Optional.of(new Refusal(Errno.EEXIST.name(), words));
        }
        return Optional.empty();
    }

    private static IpipLink link(Operation operation) {
        return (IpipLink) operation.subject();
    }

    static boolean isOurs(LinkMessage link) {
        return link.ipip().isPresent() && link.mark().isManaged();
    }

    private static Step notOurs(Operation operation, LinkName name) {
        return Step.refuse(
                operation,
                Errno.EBUSY,
                "the link " + name + " no longer carries our mark: something else made or changed it");
    }
}
