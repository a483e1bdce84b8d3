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
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Creates links, then sets their aliases, which the kernel ignores in the message that creates a link, and then sets them
 * up. Until then the group marks them. The later steps address a link by index: its name may belong to the link that
 * prevented its creation. Links get no IPv6 link-local address, because an IPIP link carries no IPv6, and the kernel
 * walks all IPv6 routes whenever a link comes up, changes or is deleted.
 */
final class LinkCreation {

    private final LinkTable table;
    private final NetlinkConnection rtnetlink;
    private final LinkWrites writes;

    LinkCreation(LinkTable table, NetlinkConnection rtnetlink, LinkWrites writes) {
        this.table = table;
        this.rtnetlink = rtnetlink;
        this.writes = writes;
    }

    /** Marks the links that were created even if another was refused. */
    List<Outcome> run(List<Operation> operations) throws BackendException {
        List<Outcome> created = Steps.run(rtnetlink, operations, writes::create);
        List<Operation> unmarked = created.stream()
                .filter(LinkCreation::isDone)
                .map(Outcome::operation)
                .toList();
        table.refresh(unmarked.stream().map(operation -> link(operation).name()).collect(Collectors.toSet()));
        List<Outcome> marked = Steps.run(rtnetlink, unmarked, operation -> mark(operation, true));
        if (marked.stream().anyMatch(LinkCreation::lacksIpv6)) {
            marked = Steps.run(rtnetlink, unmarked, operation -> mark(operation, false));
        }
        List<Operation> down = marked.stream()
                .filter(LinkCreation::isDone)
                .map(Outcome::operation)
                .toList();
        Iterator<Outcome> setUp = Steps.run(rtnetlink, down, this::setUp).iterator();
        Iterator<Outcome> finished = marked.stream()
                .map(outcome -> isDone(outcome)
                        ? outcome(setUp.next(), "the link was created but not set up")
                        : outcome(outcome, "the link was created but has no alias"))
                .toList()
                .iterator();
        return created.stream()
                .map(outcome -> isDone(outcome) ? finished.next() : outcome)
                .toList();
    }

    private Step mark(Operation operation, boolean addrGenModeNone) {
        IpipLink link = link(operation);
        String alias = link.mark().alias();
        return change(
                operation,
                index -> addrGenModeNone && link.canHaveIpv6()
                        ? LinkRequest.setAliasAndAddrGenModeNone(index, alias)
                        : LinkRequest.setAlias(index, alias));
    }

    private Step setUp(Operation operation) {
        return link(operation).up() ? change(operation, LinkRequest::setUp) : Step.done(operation);
    }

    private Step change(Operation operation, IntFunction<Request> change) {
        return table.find(link(operation).name())
                .map(found -> Step.send(operation, change.apply(found.index())))
                .orElseGet(
                        () -> Step.refuse(operation, Errno.ENODEV, "the link was deleted right after it was created"));
    }

    private static boolean lacksIpv6(Outcome outcome) {
        return outcome.refusal()
                .filter(refusal -> refusal.is(Errno.EAFNOSUPPORT))
                .isPresent();
    }

    private static Outcome outcome(Outcome last, String state) {
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
