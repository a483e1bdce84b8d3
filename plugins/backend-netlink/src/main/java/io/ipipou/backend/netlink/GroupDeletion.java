package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Deletes many links at once by their group, since each single deletion waits for the kernel to release the previous link.
 * That is the group of all managed links, if all of them are to be deleted; otherwise an unused group that they are moved to.
 */
final class GroupDeletion {

    /** Up to this many links, deleting their IPv6 routes first is not worth the messages. */
    private static final int FEW = 16;

    private final LinkTable table;
    private final NetlinkConnection rtnetlink;
    private final LinkWrites writes;

    GroupDeletion(LinkTable table, NetlinkConnection rtnetlink, LinkWrites writes) {
        this.table = table;
        this.rtnetlink = rtnetlink;
        this.writes = writes;
    }

    /** Deletes the links that could be moved even if moving another was refused. */
    List<Outcome> run(List<Operation> operations) throws BackendException {
        Collection<LinkMessage> links = table.refreshAll();
        int group = includesAllManaged(operations, links) ? Mark.GROUP : unusedGroup(links);
        List<Outcome> moved = Steps.run(rtnetlink, operations, operation -> move(operation, group));
        if (operations.size() > FEW) {
            deleteIpv6Routes(moved);
        }
        operations.forEach(operation -> table.forget(name(operation)));
        Ack ack = rtnetlink.write(List.of(LinkRequest.deleteGroup(group))).get(0);
        // ENODEV: no link was moved.
        if (ack.is(Errno.ENODEV) || !ack.refused()) {
            return moved;
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Outcome outcome : moved) {
            outcomes.add(outcome.status() == Outcome.Status.DONE ? Step.outcome(outcome.operation(), ack) : outcome);
        }
        return outcomes;
    }

    /**
     * Every link that is up has an IPv6 route for {@code ff00::/8}, and for each deleted link the kernel walks the routes of all
     * (fib6_clean_all). They are deleted oldest first, the order in which the kernel finds them fastest. Without IPv6 the kernel
     * refuses, which does no harm.
     */
    private void deleteIpv6Routes(List<Outcome> moved) throws BackendException {
        rtnetlink.write(moved.stream()
                .filter(outcome -> outcome.status() == Outcome.Status.DONE)
                .flatMap(outcome -> table.find(name(outcome.operation())).stream())
                .map(LinkMessage::index)
                .sorted()
                .map(index -> Request.write(RouteMessage.RTM_DELROUTE, 0, RouteMessage.ipv6Multicast(index)))
                .toList());
    }

    /** Whether these are all links in the group of managed links, and all of them are managed by ipipou. */
    private boolean includesAllManaged(List<Operation> operations, Collection<LinkMessage> links) {
        Set<LinkName> deleted = operations.stream().map(GroupDeletion::name).collect(Collectors.toSet());
        return links.stream()
                .filter(link -> link.mark().group() == Mark.GROUP || deleted.contains(Links.name(link)))
                .allMatch(link -> deleted.contains(Links.name(link)) && LinkWrites.isManaged(link));
    }

    private Step move(Operation operation, int group) {
        boolean inGroup = table.find(name(operation))
                .filter(link -> link.mark().group() == group)
                .isPresent();
        return inGroup
                ? Step.done(operation)
                : writes.delete(operation, link -> LinkRequest.setGroup(link.index(), group));
    }

    private static LinkName name(Operation operation) {
        return ((IpipLink) operation.subject()).name();
    }

    /** Random, so that no other program starts to use it meanwhile. */
    private static int unusedGroup(Collection<LinkMessage> links) {
        Set<Integer> used = links.stream().map(link -> link.mark().group()).collect(Collectors.toSet());
        return ThreadLocalRandom.current()
                .ints(1, Integer.MAX_VALUE)
                .filter(group -> !used.contains(group))
                .findFirst()
                .orElseThrow();
    }
}
