package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.Conversation;
import io.ipipou.netlink.wire.Errno;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes links, then gives them their aliases, which the kernel ignores in the message that makes a link. That goes by
 * number: by name it could hit the very link that kept ours from being made. In between, the group marks them.
 */
final class LinkCreation {

    private final LinkTable table;
    private final Conversation route;
    private final LinkWrites writes;

    LinkCreation(LinkTable table, Conversation route, LinkWrites writes) {
        this.table = table;
        this.route = route;
        this.writes = writes;
    }

    /** Those made are marked even when another was refused. */
    List<Outcome> run(List<Operation> operations) throws BackendException {
        List<Outcome> made = Steps.run(route, operations, writes::create);
        List<Operation> unmarked = made.stream()
                .filter(LinkCreation::isDone)
                .map(Outcome::operation)
                .toList();
        table.refresh(unmarked.stream().map(LinkCreation::name).collect(Collectors.toSet()));
        Iterator<Outcome> marked = Steps.run(route, unmarked, this::mark).iterator();
        List<Outcome> outcomes = new ArrayList<>();
        for (Outcome outcome : made) {
            outcomes.add(isDone(outcome) ? settle(marked.next()) : outcome);
        }
        return outcomes;
    }

    private Step mark(Operation operation) {
        IpipLink link = (IpipLink) operation.subject();
        Optional<LinkMessage> present = table.find(link.name());
        if (present.isEmpty()) {
            return Step.refuse(operation, Errno.ENODEV, "the link was deleted as soon as it was made");
        }
        if (link.mark().alias().isEmpty()) {
            return Step.done(operation);
        }
        LinkRequest request = LinkRequest.one(present.orElseThrow().index())
                .withAlias(link.mark().alias());
        return Step.send(operation, Request.write(LinkRequest.RTM_SETLINK, 0, request));
    }

    private static Outcome settle(Outcome marked) {
        return marked.status() == Outcome.Status.NOT_ATTEMPTED
                ? Outcome.failed(marked.operation(), new Refusal("", "the link was made, but has no alias yet"))
                : marked;
    }

    private static boolean isDone(Outcome outcome) {
        return outcome.status() == Outcome.Status.DONE;
    }

    private static LinkName name(Operation operation) {
        return ((IpipLink) operation.subject()).name();
    }
}
