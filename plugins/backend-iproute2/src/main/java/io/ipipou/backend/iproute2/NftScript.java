package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.NftSnapshot.ElementKey;
import io.ipipou.backend.iproute2.NftSnapshot.Part;
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
 * The lines of one transaction, and which operation each is for. Were the tool killed in the middle of writing them,
 * {@code nft} would carry out what it got if that is whole in itself; so all that is long is in braces. Not safe for use
 * by several threads.
 */
final class NftScript {

    /** @param operation its place in the run */
    private record Line(String text, int operation) {}

    /** What a set loses and gets; keys are distinct, so that the order does not matter. */
    private record Changes(List<Line> deletions, List<Line> additions, Set<ElementKey> keys) {}

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Changes> changes = new LinkedHashMap<>();
    private final Set<ElementKey> elements = new HashSet<>();
    private final Optional<NftSnapshot> before;
    private boolean known;
    private boolean tableThere;
    private boolean tableGoes;
    private int current;
    private Optional<Refusal> refusal = Optional.empty();

    private NftScript(boolean known, Optional<NftSnapshot> before) {
        this.known = known;
        this.before = before;
        tableThere = before.isPresent();
        before.ifPresent(snapshot -> snapshot.elements().forEach(element -> elements.add(ElementKey.of(element))));
    }

    /** For a kernel that was not looked at: to elements that shall change or go, it is as if they were there. */
    static NftScript blind(List<Operation> run) {
        return new NftScript(false, Optional.empty()).with(run);
    }

    /** @param before the table as it is, if it is there */
    static NftScript knowing(Optional<NftSnapshot> before, List<Operation> run) {
        return new NftScript(true, before).with(run);
    }

    List<String> text() {
        return lines.stream().map(Line::text).toList();
    }

    /** Which operation of the run the line, from 1, is for; empty when there is no such line. */
    Optional<Integer> operation(int line) {
        return line < 1 || line > lines.size()
                ? Optional.empty()
                : Optional.of(lines.get(line - 1).operation());
    }

    /** Why the operation that {@link #current} tells must not be sent. */
    Optional<Refusal> refusal() {
        return refusal;
    }

    int current() {
        return current;
    }

    private NftScript with(List<Operation> run) {
        int lastDeletion = IntStream.range(0, run.size())
                .filter(i -> run.get(i).verb() == Verb.DELETE && run.get(i).subject() instanceof NftTable)
                .max()
                .orElse(-1);
        for (int i = 0; i < run.size() && refusal.isEmpty(); i++) {
            current = i;
            Operation operation = run.get(i);
            if (operation.subject() instanceof NftTable table) {
                table(operation.verb(), table);
            } else {
                tableGoes = i < lastDeletion;
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
                isNow(true);
            }
            case UPDATE -> update(table);
            case DELETE -> {
                line("add table ip " + table.name()); // where it is gone, that is well
                line("delete table ip " + table.name());
                isNow(false);
            }
        }
    }

    private void isNow(boolean there) {
        known = true;
        tableThere = there;
        elements.clear();
    }

    private void update(NftTable table) {
        if (before.isEmpty() || !tableThere) {
            refusal = Optional.of(new Refusal("ENOENT", "the table " + table.name() + " is gone"));
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
        line("add table ip " + table.name()); // which wakes a dormant one
        old.parts().stream().filter(Part::isChain).forEach(chain -> line("flush chain" + in + chain.name()));
        old.parts().stream()
                .filter(part -> !part.isChain() && !sets.contains(part.name()))
                .forEach(part -> line("delete " + part.kind() + in + part.name()));
        old.parts().stream()
                .filter(part -> part.isChain() && !chains.contains(part.name()))
                .forEach(chain -> line("delete chain" + in + chain.name()));
        block(table, sets, chains);
        elements.removeIf(key -> !sets.contains(key.set()));
    }

    /**
     * The table with its rules.
     *
     * @param sets that are there
     * @param chains that are there, and empty
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
                line(NftWords.rule(rule));
            }
            line("}");
        }
        line("}");
    }

    private void element(Verb verb, NftElement element) {
        if (known && !tableThere) {
            if (verb != Verb.DELETE) {
                refusal = Optional.of(new Refusal("ENOENT", "the table " + element.table() + " is gone"));
            }
            return;
        }
        ElementKey key = ElementKey.of(element);
        if (changes.values().stream().anyMatch(set -> set.keys().contains(key))) {
            writeChanges();
        }
        String name = " ip " + element.table() + " " + element.set() + " {";
        Changes set = changes.computeIfAbsent(
                name, fresh -> new Changes(new ArrayList<>(), new ArrayList<>(), new HashSet<>()));
        set.keys().add(key);
        String text = element.key().stream().map(NftValue::toString).collect(Collectors.joining(" . "));
        boolean gone = known ? !elements.contains(key) : verb == Verb.DELETE && tableGoes;
        if (verb != Verb.CREATE && !gone) {
            set.deletions().add(new Line(text, current));
        }
        elements.remove(key);
        if (verb != Verb.DELETE) {
            String time = element.timeout()
                    .map(left -> " timeout " + left.toMillis() + "ms")
                    .orElse("");
            String data = element.data().map(value -> " : " + value).orElse("");
            set.additions().add(new Line(text + time + data, current));
            elements.add(key);
        }
    }

    private void writeChanges() {
        int now = current;
        changes.forEach((set, change) -> {
            braces("delete element" + set, change.deletions());
            braces("add element" + set, change.additions());
        });
        changes.clear();
        current = now;
    }

    private void braces(String head, List<Line> items) {
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
