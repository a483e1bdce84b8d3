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
 * Deletes many links at once: as the group that marks ours, where all of it goes; else they are moved to a group that no
 * other link is in, and that is deleted. One by one, each would wait for the kernel to let go of the last.
 */
final class GroupDeletion {

    /** Links; of so many the IPv6 routes are not worth a message each. */
    private static final int FEW = 16;

    private final LinkTable table;
    private final NetlinkConnection route;
    private final LinkWrites writes;

    GroupDeletion(LinkTable table, NetlinkConnection route, LinkWrites writes) {
        this.table = table;
        this.route = route;
        this.writes = writes;
    }

    /** Those moved are deleted even when another was refused. */
    List<Outcome> run(List<Operation> operations) throws BackendException {
        Collection<LinkMessage> present = table.refreshAll();
        int group = takesAllOfOurs(operations, present) ? Mark.GROUP : unused(present);
        List<Outcome> moved = Steps.run(route, operations, operation -> move(operation, group));
        if (operations.size() > FEW) {
            withdrawIpv6(moved);
        }
        operations.forEach(operation -> table.forget(name(operation)));
        Request request = Request.write(LinkRequest.RTM_DELLINK, 0, LinkRequest.wholeGroup(group));
        Ack ack = route.write(List.of(request)).get(0);
        // Nothing was left to move.
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
     * Though it carries no IPv6, a link that is up has a route for {@code ff00::/8}, and for each link that goes the kernel walks
     * those of all (fib6_clean_all). They are withdrawn oldest first, which is the end where it looks for each. A link that has none,
     * as without IPv6, is refused, and no harm is done.
     */
    private void withdrawIpv6(List<Outcome> moved) throws BackendException {
        route.write(moved.stream()
                .filter(outcome -> outcome.status() == Outcome.Status.DONE)
                .flatMap(outcome -> table.find(name(outcome.operation())).stream())
                .map(LinkMessage::index)
                .sorted()
                .map(index -> Request.write(RouteMessage.RTM_DELROUTE, 0, RouteMessage.ipv6Multicast(index)))
                .toList());
    }

    /** Whether the group that marks our links would hold these alone, all of them ours. */
    private boolean takesAllOfOurs(List<Operation> operations, Collection<LinkMessage> present) {
        Set<LinkName> going = operations.stream().map(GroupDeletion::name).collect(Collectors.toSet());
        return present.stream()
                .filter(link -> link.mark().group() == Mark.GROUP || going.contains(Links.name(link)))
                .allMatch(link -> going.contains(Links.name(link)) && LinkWrites.isOurs(link));
    }

    private Step move(Operation operation, int group) {
        boolean isIn = table.find(name(operation))
                .filter(link -> link.mark().group() == group)
                .isPresent();
        return isIn
                ? Step.done(operation)
                : writes.delete(
                        operation,
                        link -> Request.write(
                                LinkRequest.RTM_SETLINK,
                                0,
                                LinkRequest.one(link.index()).withGroup(group)));
    }

    private static LinkName name(Operation operation) {
        return ((IpipLink) operation.subject()).name();
    }

    /** A random number, so that nothing else comes to use it meanwhile. */
    private static int unused(Collection<LinkMessage> links) {
        Set<Integer> used = links.stream().map(link -> link.mark().group()).collect(Collectors.toSet());
        return ThreadLocalRandom.current()
                .ints(1, Integer.MAX_VALUE)
                .filter(group -> !used.contains(group))
                .findFirst()
                .orElseThrow();
    }
}
