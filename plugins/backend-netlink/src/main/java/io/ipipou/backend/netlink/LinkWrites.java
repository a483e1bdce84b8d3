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

/** Creates, updates and deletes single IPIP links, by index, since another link can get the name of a deleted one. */
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
        Optional<LinkMessage> current = table.find(link.name());
        if (current.isEmpty()) {
            return Step.refuse(operation, Errno.ENODEV, "link " + link.name() + " no longer exists");
        }
        return isManaged(current.orElseThrow())
                ? write(operation, current.orElseThrow().index(), 0)
                : notManaged(operation, link.name());
    }

    Step delete(Operation operation) {
        return delete(operation, link -> {
            table.forget(Links.name(link));
            return LinkRequest.delete(link.index());
        });
    }

    /** The request that deletes an existing, managed link. */
    interface Deletion {
        Request of(LinkMessage link);
    }

    Step delete(Operation operation, Deletion deletion) {
        LinkName name = link(operation).name();
        Optional<LinkMessage> current = table.find(name);
        if (current.isEmpty()) {
            return Step.done(operation);
        }
        return isManaged(current.orElseThrow())
                ? Step.delete(operation, deletion.of(current.orElseThrow()), Errno.ENODEV)
                : notManaged(operation, name);
    }

    private Step write(Operation operation, int index, int flags) throws BackendException {
        IpipLink link = link(operation);
        Optional<LinkName> device = link.outer().device();
        Optional<Integer> deviceIndex = device.flatMap(table::index);
        if (device.isPresent() && deviceIndex.isEmpty()) {
            return Step.refuse(operation, Errno.ENODEV, Links.noDevice(device.orElseThrow()));
        }
        if (!fou.supports(link)) {
            return Step.refuse(operation, Listeners.NO_MODULE);
        }
        LinkMessage message = Links.toMessage(link, index, deviceIndex.orElse(0));
        Request request = Request.write(LinkMessage.RTM_NEWLINK, flags, message);
        return new Step.Send(operation, request, this::outcome);
    }

    private Outcome outcome(Operation operation, Ack ack) throws BackendException {
        Optional<Refusal> explained = explain(link(operation), ack);
        return explained.isPresent()
                ? Outcome.failed(operation, explained.orElseThrow())
                : Step.outcome(operation, ack);
    }

    /** A clearer message for refusals that the kernel explains badly or not at all. */
    private Optional<Refusal> explain(IpipLink link, Ack ack) {
        if (ack.is(Errno.EOPNOTSUPP)) {
            String words = ack.refusal().message() + ": the kernel could not load the module ipip; try: modprobe ipip";
            return Optional.of(new Refusal(Errno.EOPNOTSUPP, words));
        }
        if (ack.is(Errno.EEXIST)) {
            OuterHeader.Key key = link.outer().key();
            String words = "a link of this name, or another tunnel from " + key.local() + " to " + key.remote()
                    + ", already exists";
            return Optional.of(new Refusal(Errno.EEXIST, words));
        }
        return Optional.empty();
    }

    private static IpipLink link(Operation operation) {
        return (IpipLink) operation.subject();
    }

    static boolean isManaged(LinkMessage link) {
        return link.ipip().isPresent() && link.mark().isManaged();
    }

    private static Step notManaged(Operation operation, LinkName name) {
        return Step.refuse(
                operation,
                Errno.EBUSY,
                "link " + name + " is not managed by ipipou any more: another program recreated or changed it");
    }
}
