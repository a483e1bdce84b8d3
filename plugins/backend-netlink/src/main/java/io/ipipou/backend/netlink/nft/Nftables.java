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

/** One table of the family {@code ip}, by its name, and what is in it. */
public final class Nftables implements AutoCloseable {

    private static final int ATTEMPTS = 5;

    private static final Refusal NO_NFTABLES = new Refusal(
            Errno.EOPNOTSUPP.name(),
            "this kernel has no nftables: the module nf_tables is missing (modprobe nf_tables)");

    /** A table with the elements of its sets and maps. */
    public record Observed(Optional<NftTable> table, Set<NftElement> elements) {

        private static final Observed NOTHING = new Observed(Optional.empty(), Set.of());
    }

    private final Optional<NetlinkConnection> netfilter;
    private final String name;

    /** @param netfilter empty when the kernel has no netfilter */
    public Nftables(Optional<NetlinkConnection> netfilter, String name) {
        this.netfilter = netfilter;
        this.name = name;
    }

    public Observed observe() throws BackendException {
        Optional<TableState> table = read(TableReader.Depth.ALL).flatMap(TableReader.Reading::table);
        return table.map(TableState::observed).orElse(Observed.NOTHING);
    }

    /** What rules with a counter have counted, by their comments. */
    public Map<String, RuleCounter> counters() throws BackendException {
        return read(TableReader.Depth.RULES)
                .flatMap(TableReader.Reading::table)
                .map(TableState::counters)
                .orElse(Map.of());
    }

    private Optional<TableReader.Reading> read(TableReader.Depth depth) throws BackendException {
        return netfilter.isEmpty() ? Optional.empty() : new TableReader(netfilter.get(), name).read(depth);
    }

    /** Why the operation, on a table or element, cannot be carried out whatever the kernel holds. */
    public Optional<String> refuses(Operation operation) {
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
     * @return one outcome an operation; when one failed, none was done
     */
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        for (int i = 0; i < operations.size(); i++) {
            Optional<String> refusal = refuses(operations.get(i));
            if (refusal.isPresent()) {
                return failed(operations, i, new Refusal(Errno.EOPNOTSUPP.name(), refusal.get()));
            }
        }
        Set<Integer> gone = new HashSet<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<List<Outcome>> outcomes = attempt(netfilter.orElseThrow(), operations, gone);
            if (outcomes.isPresent()) {
                return outcomes.get();
            }
        }
        throw new BackendException("nftables changed each of the " + ATTEMPTS + " times that the table " + name
                + " was to be written; try again when the host is quieter");
    }

    /**
     * Tries it once.
     *
     * @param gone the places of operations whose object is not there to be deleted; added to
     * @return empty when it has to be tried again
     */
    private Optional<List<Outcome>> attempt(NetlinkConnection kernel, List<Operation> operations, Set<Integer> gone)
            throws BackendException {
        Optional<TableReader.Reading> present = Optional.empty();
        if (operations.stream().anyMatch(Nftables::isTableUpdate)) {
            present = read(TableReader.Depth.OBJECTS);
            if (present.isEmpty()) {
                return Optional.of(failed(operations, 0, NO_NFTABLES));
            }
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            if (isTableUpdate(operation)
                    && present.flatMap(TableReader.Reading::table).isEmpty()) {
                return Optional.of(
                        failed(operations, i, new Refusal(Errno.ENOENT.name(), "there is no table " + name)));
            }
            changes.addAll(changes(i, operation, gone.contains(i), present.flatMap(TableReader.Reading::table)));
        }
        BatchReply answer = kernel.batch(
                Nfnl.NFNL_SUBSYS_NFTABLES,
                present.map(TableReader.Reading::generation),
                changes.stream().map(Change::request).toList());
        return outcomes(operations, changes, answer, gone);
    }

    private static boolean isTableUpdate(Operation operation) {
        return operation.verb() == Verb.UPDATE && operation.subject() instanceof NftTable;
    }

    private static List<Change> changes(int place, Operation operation, boolean gone, Optional<TableState> present) {
        if (operation.subject() instanceof NftElement element) {
            return elementChanges(place, operation.verb(), element, gone);
        }
        NftTable table = (NftTable) operation.subject();
        return switch (operation.verb()) {
            case CREATE -> TableChanges.creation(place, table);
            case UPDATE ->
                TableChanges.update(
                        place,
                        present.orElseThrow(),
                        (NftTable) operation.before().orElseThrow(),
                        table);
            case DELETE -> gone ? List.of() : TableChanges.deletion(place, table);
        };
    }

    /** How long an element stays, and what it leads to, is changed only by making it anew. */
    private static List<Change> elementChanges(int place, Verb verb, NftElement element, boolean gone) {
        List<Change> changes = new ArrayList<>();
        if (verb != Verb.CREATE && !gone) {
            changes.add(Change.of(place, "", Nft.DELSETELEM, 0, Translation.key(element))
                    .asOptional());
        }
        if (verb != Verb.DELETE) {
            changes.add(Change.of(place, "", Nft.NEWSETELEM, Nlmsg.NLM_F_CREATE, Translation.message(element)));
        }
        return changes;
    }

    private Optional<List<Outcome>> outcomes(
            List<Operation> operations, List<Change> changes, BatchReply answer, Set<Integer> gone)
            throws BackendException {
        if (answer.done()) {
            return Optional.of(operations.stream().map(Outcome::done).toList());
        }
        if (answer.whole().is(Errno.ERESTART)) {
            return Optional.empty();
        }
        if (answer.whole().is(Errno.EPERM)) {
            throw new BackendException(
                    "changing the table " + name, answer.whole().refusal());
        }
        if (answer.whole().refused() && answer.refusals().isEmpty()) {
            return Optional.of(
                    answer.whole().is(Errno.EOPNOTSUPP)
                            ? failed(operations, 0, NO_NFTABLES)
                            : failed(operations, 0, answer.whole().refusal()));
        }
        boolean again = false;
        for (Map.Entry<Integer, Ack> refusal : answer.refusals().entrySet()) {
            Change change = changes.get(refusal.getKey());
            if (change.optional() && refusal.getValue().is(Errno.ENOENT)) {
                again |= gone.add(change.operation());
            } else if (!again) {
                return Optional.of(failed(operations, change.operation(), change.refusal(refusal.getValue())));
            }
        }
        return Optional.empty();
    }

    private static List<Outcome> failed(List<Operation> operations, int place, Refusal refusal) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            outcomes.add(
                    i == place ? Outcome.failed(operations.get(i), refusal) : Outcome.notAttempted(operations.get(i)));
        }
        return outcomes;
    }

    @Override
    public void close() {
        netfilter.ifPresent(NetlinkConnection::close);
    }
}
