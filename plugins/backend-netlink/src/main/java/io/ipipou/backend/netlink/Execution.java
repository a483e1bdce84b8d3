package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.nft.Nftables;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One call of {@link NetlinkBackend#execute}: it divides the operations into runs of one kind and verb, and sends each run in
 * batches. Neighbouring nftables operations are one run, whatever their verbs.
 */
final class Execution {

    private final NetlinkConnection rtnetlink;
    private final NetlinkConnection generic;
    private final LinkTable table;
    private final LinkWrites links;
    private final AddressWrites addresses;
    private final RouteWrites routes;
    private final ListenerWrites listeners;
    private final Nftables nftables;

    Execution(NetlinkConnection rtnetlink, NetlinkConnection generic, Nftables nftables) {
        this.rtnetlink = rtnetlink;
        this.generic = generic;
        this.nftables = nftables;
        FouFamily fou = new FouFamily(generic);
        table = new LinkTable(rtnetlink);
        links = new LinkWrites(table, fou);
        addresses = new AddressWrites(table);
        routes = new RouteWrites(table, rtnetlink);
        listeners = new ListenerWrites(table, generic, fou);
    }

    List<Outcome> run(List<Operation> operations) throws BackendException {
        table.refresh(names(operations));
        List<Outcome> outcomes = new ArrayList<>();
        boolean refused = false;
        for (List<Operation> run : runs(operations)) {
            List<Outcome> results =
                    refused ? run.stream().map(Outcome::notAttempted).toList() : runOne(run);
            refused |= results.stream().anyMatch(outcome -> outcome.refusal().isPresent());
            outcomes.addAll(results);
        }
        return outcomes;
    }

    private static List<List<Operation>> runs(List<Operation> operations) {
        List<List<Operation>> runs = new ArrayList<>();
        int start = 0;
        for (int end = 1; end <= operations.size(); end++) {
            if (end == operations.size() || !belongTogether(operations.get(start), operations.get(end))) {
                runs.add(operations.subList(start, end));
                start = end;
            }
        }
        return runs;
    }

    private static boolean belongTogether(Operation one, Operation other) {
        if (Limits.isNft(one) || Limits.isNft(other)) {
            return Limits.isNft(one) && Limits.isNft(other);
        }
        return one.verb() == other.verb()
                && one.subject().getClass() == other.subject().getClass()
                && Limits.validate(one).equals(Limits.validate(other));
    }

    private List<Outcome> runOne(List<Operation> run) throws BackendException {
        Operation first = run.get(0);
        if (Limits.isNft(first)) {
            return nftables.execute(run);
        }
        Optional<String> refusal = Limits.validate(first);
        if (refusal.isPresent()) {
            return Steps.run(
                    rtnetlink, run, operation -> Step.refuse(operation, Errno.EOPNOTSUPP, refusal.orElseThrow()));
        }
        if (first.subject() instanceof IpipLink) {
            return runLinks(first.verb(), run);
        }
        NetlinkConnection connection = first.subject() instanceof FouListener ? generic : rtnetlink;
        return Steps.run(connection, run, preparation(first));
    }

    private List<Outcome> runLinks(Verb verb, List<Operation> run) throws BackendException {
        return switch (verb) {
            case CREATE -> new LinkCreation(table, rtnetlink, links).run(run);
            case UPDATE -> Steps.run(rtnetlink, run, links::update);
            case DELETE ->
                run.size() > 1
                        ? new GroupDeletion(table, rtnetlink, links).run(run)
                        : Steps.run(rtnetlink, run, links::delete);
        };
    }

    private Steps.Preparation preparation(Operation first) {
        boolean delete = first.verb() == Verb.DELETE;
        Resource subject = first.subject();
        if (subject instanceof FouListener) {
            return delete ? listeners::delete : listeners::create;
        }
        if (subject instanceof LinkAddress) {
            return delete ? addresses::delete : addresses::create;
        }
        return switch (first.verb()) {
            case CREATE -> routes::create;
            case UPDATE -> routes::update;
            case DELETE -> routes::delete;
        };
    }

    private static Set<LinkName> names(List<Operation> operations) {
        Set<LinkName> names = new HashSet<>();
        operations.forEach(operation -> Stream.concat(operation.before().stream(), operation.after().stream())
                .flatMap(Execution::names)
                .forEach(names::add));
        return names;
    }

    private static Stream<LinkName> names(Resource resource) {
        if (resource instanceof IpipLink link) {
            return Stream.concat(Stream.of(link.name()), link.outer().device().stream());
        }
        if (resource instanceof LinkAddress address) {
            return Stream.of(address.link());
        }
        if (resource instanceof Route other) {
            return other.device().stream();
        }
        return resource instanceof FouListener listener
                ? listener.device().flatMap(LinkName::parse).stream()
                : Stream.empty();
    }
}
