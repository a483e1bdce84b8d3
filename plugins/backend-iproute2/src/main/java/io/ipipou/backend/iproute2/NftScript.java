package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.NftSnapshot.ElementKey;
import io.ipipou.backend.iproute2.NftSnapshot.TableObject;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The lines of one transaction, and the operation that each belongs to. If ipipou is killed while it writes them,
 * {@code nft} carries out the part that arrived if it is a complete script; so everything long is in braces. Not
 * thread-safe.
 */
final class NftScript {

    /** @param operation its index in the list */
    private record Line(String text, int operation) {}

    /** Changes to the elements of one set. The keys are distinct, so that the order does not matter. */
    private record Changes(List<Line> deletions, List<Line> additions, Set<ElementKey> keys) {}

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Changes> changes = new LinkedHashMap<>();
    private final Set<ElementKey> elements = new HashSet<>();
    private final Optional<NftSnapshot> before;
    private boolean known;
    private boolean tableExists;
    private boolean tableDeletedLater;
    private int current;
    private Optional<Refusal> refusal = Optional.empty();

    private NftScript(boolean known, Optional<NftSnapshot> before) {
        this.known = known;
        this.before = before;
        tableExists = before.isPresent();
        before.ifPresent(snapshot -> snapshot.elements().forEach(element -> elements.add(ElementKey.of(element))));
    }

    /** For a table that was not read: assumes that the elements to change or delete exist. */
    static NftScript ofUnknownTable(List<Operation> operations) {
        return new NftScript(false, Optional.empty()).with(operations);
    }

    /** @param before the table as it was read; empty if it does not exist */
    static NftScript ofKnownTable(Optional<NftSnapshot> before, List<Operation> operations) {
        return new NftScript(true, before).with(operations);
    }

    List<String> lines() {
        return lines.stream().map(Line::text).toList();
    }

    /** The index of the operation that a line, counted from 1, belongs to; empty if there is no such line. */
    Optional<Integer> operation(int line) {
        return line < 1 || line > lines.size()
                ? Optional.empty()
                : Optional.of(lines.get(line - 1).operation());
    }

    /** Why the operation {@link #current} cannot be carried out, if that is known without sending it. */
    Optional<Refusal> refusal() {
        return refusal;
    }

    int current() {
        return current;
    }

    private NftScript with(List<Operation> operations) {
        int lastDeletion = IntStream.range(0, operations.size())
                .filter(i -> operations.get(i).verb() == Verb.DELETE
                        && operations.get(i).subject() instanceof NftTable)
                .max()
                .orElse(-1);
        for (int i = 0; i < operations.size() && refusal.isEmpty(); i++) {
            current = i;
            Operation operation = operations.get(i);
            if (operation.subject() instanceof NftTable table) {
                table(operation.verb(), table);
            } else {
                tableDeletedLater = i < lastDeletion;
                element(operation.verb(), (NftElement) operation.subject());
            }
        }
        writeChanges();
        return this;
    }

    private void table(Verb verb, NftTable table) {
        writeChanges();
        switch (verb) {
            case CREATE -> {
                line("create table ip " + table.name());
                block(table, Set.of(), Set.of());
                setTableExists(true);
            }
            case UPDATE -> update(table);
            case DELETE -> {
                line("add table ip " + table.name()); // so that the next line cannot fail
                line("delete table ip " + table.name());
                setTableExists(false);
            }
        }
    }

    private void setTableExists(boolean exists) {
        known = true;
        tableExists = exists;
        elements.clear();
    }

    private void update(NftTable table) {
        if (before.isEmpty() || !tableExists) {
            refusal = tableMissing(table.name());
            return;
        }
        NftSnapshot old = before.get();
        Set<String> sets = old.table().sets().stream()
                .filter(table.sets()::contains)
                .map(NftSet::name)
                .collect(Collectors.toSet());
        Set<String> chains = old.table().chains().stream()
                .filter(chain -> table.chains().stream()
                        .anyMatch(wanted -> wanted.name().equals(chain.name())
                                && wanted.base().equals(chain.base())))
                .map(NftChain::name)
                .collect(Collectors.toSet());
        String in = " ip " + table.name() + " ";
        line("add table ip " + table.name()); // clears the flag dormant
        old.objects().stream().filter(TableObject::isChain).forEach(chain -> line("flush chain" + in + chain.name()));
        old.objects().stream()
                .filter(object -> !object.isChain() && !sets.contains(object.name()))
                .forEach(object -> line("delete " + object.kind() + in + object.name()));
        old.objects().stream()
                .filter(object -> object.isChain() && !chains.contains(object.name()))
                .forEach(chain -> line("delete chain" + in + chain.name()));
        block(table, sets, chains);
        elements.removeIf(key -> !sets.contains(key.set()));
    }

    /**
     * Adds the table with its rules.
     *
     * @param sets names of the sets that exist
     * @param chains names of the chains that exist, without rules
     */
    private void block(NftTable table, Set<String> sets, Set<String> chains) {
        line("table ip " + table.name() + " {");
        for (NftSet set : table.sets()) {
            if (!sets.contains(set.name())) {
                line((set.data().isPresent() ? "map " : "set ") + set.name() + " { " + set + " }");
            }
        }
        for (NftChain chain : table.chains()) {
            line("chain " + chain.name() + " {");
            if (!chains.contains(chain.name())) {
                chain.base().ifPresent(base -> line(base.toString()));
            }
            for (NftRule rule : chain.rules()) {
                line(rule.toString());
            }
            line("}");
        }
        line("}");
    }

    private void element(Verb verb, NftElement element) {
        if (known && !tableExists) {
            if (verb != Verb.DELETE) {
                refusal = tableMissing(element.table());
            }
            return;
        }
        ElementKey key = ElementKey.of(element);
        if (changes.values().stream().anyMatch(set -> set.keys().contains(key))) {
            writeChanges();
        }
        String name = " ip " + element.table() + " " + element.set() + " {";
        Changes set = changes.computeIfAbsent(
                name, unused -> new Changes(new ArrayList<>(), new ArrayList<>(), new HashSet<>()));
        set.keys().add(key);
        String text = element.key().stream().map(NftValue::toString).collect(Collectors.joining(" . "));
        boolean gone = known ? !elements.contains(key) : verb == Verb.DELETE && tableDeletedLater;
        if (verb != Verb.CREATE && !gone) {
            set.deletions().add(new Line(text, current));
        }
        elements.remove(key);
        if (verb != Verb.DELETE) {
            String time = element.timeout()
                    .map(remaining -> " timeout " + remaining.toMillis() + "ms")
                    .orElse("");
            String data = element.data().map(value -> " : " + value).orElse("");
            set.additions().add(new Line(text + time + data, current));
            elements.add(key);
        }
    }

    private static Optional<Refusal> tableMissing(String table) {
        return Optional.of(new Refusal(Errno.ENOENT, "the table " + table + " no longer exists"));
    }

    private void writeChanges() {
        int now = current;
        changes.forEach((set, change) -> {
            inBraces("delete element" + set, change.deletions());
            inBraces("add element" + set, change.additions());
        });
        changes.clear();
        current = now;
    }

    private void inBraces(String head, List<Line> items) {
        if (items.isEmpty()) {
            return;
        }
        current = items.get(0).operation();
        line(head);
        for (int i = 0; i < items.size(); i++) {
            current = items.get(i).operation();
            line(items.get(i).text() + (i + 1 < items.size() ? "," : ""));
        }
        line("}");
    }

    private void line(String text) {
        lines.add(new Line(text, current));
    }
}
