package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.socket.BatchReply;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.NftLimits;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One table of the family {@code ip}, with everything in it. */
public final class Nftables implements AutoCloseable {

    private static final int ATTEMPTS = 5;

    private static final Refusal NO_NFTABLES =
            new Refusal(Errno.EOPNOTSUPP, "the kernel has no nftables; try: modprobe nf_tables");

    /** A table, and the elements of its sets and maps. */
    public record Observed(Optional<NftTable> table, Set<NftElement> elements) {

        private static final Observed NOTHING = new Observed(Optional.empty(), Set.of());
    }

    private final Optional<NetlinkConnection> netfilter;
    private final String name;

    /** @param netfilter empty if the kernel has no netfilter */
    public Nftables(Optional<NetlinkConnection> netfilter, String name) {
        this.netfilter = netfilter;
        this.name = name;
    }

    public Observed observe() throws BackendException {
        Optional<TableState> table = read(TableReader.Depth.ALL).flatMap(TableReader.Reading::table);
        return table.map(TableState::observed).orElse(Observed.NOTHING);
    }

    /** The counters of rules, by comment. */
    public Map<String, RuleCounter> counters() throws BackendException {
        return read(TableReader.Depth.RULES)
                .flatMap(TableReader.Reading::table)
                .map(TableState::counters)
                .orElse(Map.of());
    }

    private Optional<TableReader.Reading> read(TableReader.Depth depth) throws BackendException {
        return netfilter.isEmpty() ? Optional.empty() : new TableReader(netfilter.get(), name).read(depth);
    }

    /** @return why an operation on a table or element is impossible in any state of the kernel; empty if it is possible */
    public Optional<String> validate(Operation operation) {
        return NftLimits.validate(operation)
                .or(() -> otherTable(operation))
                .or(() -> netfilter.isEmpty() ? Optional.of(NO_NFTABLES.message()) : Optional.empty());
    }

    private Optional<String> otherTable(Operation operation) {
        String table = operation.subject() instanceof NftElement element
                ? element.table()
                : ((NftTable) operation.subject()).name();
        return table.equals(name)
                ? Optional.empty()
                : Optional.of("the backend was opened for the table " + name + ", not for " + table);
    }

    /**
     * Carries out operations on tables and elements in one transaction.
     *
     * @return one outcome per operation; if one failed, none was done
     */
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        for (int i = 0; i < operations.size(); i++) {
            Optional<String> refusal = validate(operations.get(i));
            if (refusal.isPresent()) {
                return failed(operations, i, new Refusal(Errno.EOPNOTSUPP, refusal.get()));
            }
        }
        Set<Integer> missing = new HashSet<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<List<Outcome>> outcomes = attempt(netfilter.orElseThrow(), operations, missing);
            if (outcomes.isPresent()) {
                return outcomes.get();
            }
        }
        throw new BackendException("nftables changed during each of " + ATTEMPTS + " attempts to write the table "
                + name + "; retry when the host is less busy");
    }

    /**
     * Tries the transaction once.
     *
     * @param missing indexes of the operations whose object does not exist any more; this attempt can add some
     * @return empty if it must be tried again
     */
    private Optional<List<Outcome>> attempt(NetlinkConnection kernel, List<Operation> operations, Set<Integer> missing)
            throws BackendException {
        Optional<TableReader.Reading> current = Optional.empty();
        if (operations.stream().anyMatch(Nftables::isTableUpdate)) {
            current = read(TableReader.Depth.OBJECTS);
            if (current.isEmpty()) {
                return Optional.of(failed(operations, 0, NO_NFTABLES));
            }
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            if (isTableUpdate(operation)
                    && current.flatMap(TableReader.Reading::table).isEmpty()) {
                return Optional.of(
                        failed(operations, i, new Refusal(Errno.ENOENT, "table " + name + " does not exist")));
            }
            changes.addAll(changes(i, operation, missing.contains(i), current.flatMap(TableReader.Reading::table)));
        }
        BatchReply reply = kernel.batch(
                Nfnl.NFNL_SUBSYS_NFTABLES,
                current.map(TableReader.Reading::generation),
                changes.stream().map(Change::request).toList());
        return outcomes(operations, changes, reply, missing);
    }

    private static boolean isTableUpdate(Operation operation) {
        return operation.verb() == Verb.UPDATE && operation.subject() instanceof NftTable;
    }

    private static List<Change> changes(int index, Operation operation, boolean missing, Optional<TableState> current) {
        if (operation.subject() instanceof NftElement element) {
            return elementChanges(index, operation.verb(), element, missing);
        }
        NftTable table = (NftTable) operation.subject();
        return switch (operation.verb()) {
            case CREATE -> TableChanges.creation(index, table);
            case UPDATE ->
                TableChanges.update(
                        index,
                        current.orElseThrow(),
                        (NftTable) operation.before().orElseThrow(),
                        table);
            case DELETE -> missing ? List.of() : TableChanges.deletion(index, table);
        };
    }

    /** The timeout and the value of an element can be changed only by recreating it. */
    private static List<Change> elementChanges(int index, Verb verb, NftElement element, boolean missing) {
        List<Change> changes = new ArrayList<>();
        if (verb != Verb.CREATE && !missing) {
            changes.add(Change.of(index, "", Nft.DELSETELEM, 0, Translation.deletion(element))
                    .asOptional());
        }
        if (verb != Verb.DELETE) {
            changes.add(Change.of(index, "", Nft.NEWSETELEM, Nlmsg.NLM_F_CREATE, Translation.message(element)));
        }
        return changes;
    }

    private Optional<List<Outcome>> outcomes(
            List<Operation> operations, List<Change> changes, BatchReply reply, Set<Integer> missing)
            throws BackendException {
        if (reply.done()) {
            return Optional.of(operations.stream().map(Outcome::done).toList());
        }
        if (reply.whole().is(Errno.ERESTART)) {
            return Optional.empty();
        }
        if (reply.whole().is(Errno.EPERM)) {
            throw new BackendException(
                    "changing the table " + name, reply.whole().refusal());
        }
        if (reply.whole().refused() && reply.refusals().isEmpty()) {
            return Optional.of(
                    reply.whole().is(Errno.EOPNOTSUPP)
                            ? failed(operations, 0, NO_NFTABLES)
                            : failed(operations, 0, reply.whole().refusal()));
        }
        boolean retry = false;
        for (Map.Entry<Integer, Ack> refusal : reply.refusals().entrySet()) {
            Change change = changes.get(refusal.getKey());
            if (change.optional() && refusal.getValue().is(Errno.ENOENT)) {
                retry |= missing.add(change.operation());
            } else if (!retry) {
                return Optional.of(failed(operations, change.operation(), change.refusal(refusal.getValue())));
            }
        }
        return Optional.empty();
    }

    private static List<Outcome> failed(List<Operation> operations, int index, Refusal refusal) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            outcomes.add(
                    i == index ? Outcome.failed(operations.get(i), refusal) : Outcome.notAttempted(operations.get(i)));
        }
        return outcomes;
    }

    @Override
    public void close() {
        netfilter.ifPresent(NetlinkConnection::close);
    }
}
