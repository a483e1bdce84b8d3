package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Makes links, then gives them their aliases, which the kernel ignores in the message that makes a link, and then sets
 * them up. That goes by number: by name it could hit the very link that kept ours from being made. In between, the group
 * marks them. An IPIP link carries no IPv6, so it gets no link-local address: with one, it would have IPv6 routes too,
 * all of which the kernel walks whenever any link comes up, changes or goes.
 */
final class LinkCreation {

    private final LinkTable table;
    private final NetlinkConnection route;
    private final LinkWrites writes;

    LinkCreation(LinkTable table, NetlinkConnection route, LinkWrites writes) {
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
        table.refresh(unmarked.stream().map(operation -> link(operation).name()).collect(Collectors.toSet()));
        List<Outcome> marked = Steps.run(route, unmarked, operation -> mark(operation, true));
        if (marked.stream().anyMatch(LinkCreation::lacksIpv6)) {
            marked = Steps.run(route, unmarked, operation -> mark(operation, false));
        }
        List<Operation> down = marked.stream()
                .filter(LinkCreation::isDone)
                .map(Outcome::operation)
                .toList();
        Iterator<Outcome> raised = Steps.run(route, down, this::raise).iterator();
        Iterator<Outcome> settled = marked.stream()
                .map(outcome -> isDone(outcome)
                        ? settle(raised.next(), "the link was made, but is not up yet")
                        : settle(outcome, "the link was made, but has no alias yet"))
                .toList()
                .iterator();
        return made.stream()
                .map(outcome -> isDone(outcome) ? settled.next() : outcome)
                .toList();
    }

    private Step mark(Operation operation, boolean losingIpv6) {
        IpipLink link = link(operation);
        return change(operation, present -> {
            LinkRequest marked = present.withAlias(link.mark().alias());
            return losingIpv6 && link.canHaveIpv6() ? marked.losingIpv6() : marked;
        });
    }

    private Step raise(Operation operation) {
        return link(operation).up() ? change(operation, LinkRequest::goingUp) : Step.done(operation);
    }

    private Step change(Operation operation, UnaryOperator<LinkRequest> change) {
        return table.find(link(operation).name())
                .map(present -> Step.send(
                        operation,
                        Request.write(LinkRequest.RTM_SETLINK, 0, change.apply(LinkRequest.one(present.index())))))
                .orElseGet(() -> Step.refuse(operation, Errno.ENODEV, "the link was deleted as soon as it was made"));
    }

    private static boolean lacksIpv6(Outcome outcome) {
        return outcome.refusal()
                .filter(refusal -> refusal.errno().equals(Errno.EAFNOSUPPORT.name()))
                .isPresent();
    }

    private static Outcome settle(Outcome last, String state) {
        return last.status() == Outcome.Status.NOT_ATTEMPTED
                ? Outcome.failed(last.operation(), new Refusal("", state))
                : last;
    }

    private static boolean isDone(Outcome outcome) {
        return outcome.status() == Outcome.Status.DONE;
    }

    private static IpipLink link(Operation operation) {
        return (IpipLink) operation.subject();
    }
}
