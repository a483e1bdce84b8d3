package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.Conversation;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Errno;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.IpipLink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Deletes many links at once: they are moved to a group that no other link is in, and the group is deleted. One by one,
 * each would wait for the kernel to let go of the last.
 */
final class GroupDeletion {

    private final LinkTable table;
    private final Conversation route;
    private final LinkWrites writes;

    GroupDeletion(LinkTable table, Conversation route, LinkWrites writes) {
        this.table = table;
        this.route = route;
        this.writes = writes;
    }

    /** Those moved are deleted even when another was refused. */
    List<Outcome> run(List<Operation> operations) throws BackendException {
        int group = unused(table.refreshAll());
        List<Outcome> moved =
                Steps.run(route, operations, operation -> writes.delete(operation, link -> moveTo(group, link)));
        operations.forEach(operation -> table.forget(((IpipLink) operation.subject()).name()));
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

    private static Request moveTo(int group, LinkMessage link) {
        return Request.write(
                LinkRequest.RTM_SETLINK, 0, LinkRequest.one(link.index()).withGroup(group));
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
