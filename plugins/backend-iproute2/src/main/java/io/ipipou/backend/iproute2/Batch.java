package io.ipipou.backend.iproute2;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The input of one {@code ip -batch} process.
 *
 * @param check what the output of the last line must show before the next batch is sent
 */
record Batch(List<Line> lines, Optional<GroupCheck> check) {

    /** An operation and the lines that carry it out; no lines when nothing is left to do. */
    record Step(Operation operation, List<String> lines) {
        boolean deletesLink() {
            return operation.verb() == Verb.DELETE && operation.subject() instanceof IpipLink && !lines.isEmpty();
        }

        LinkName link() {
            return ((IpipLink) operation.subject()).name();
        }
    }

    /** A line that belongs to the steps {@code first} to {@code last}. */
    record Line(String text, int first, int last) {}

    /** Requires that a link group contains exactly these links. */
    record GroupCheck(int group, Set<LinkName> names) {}

    Batch {
        lines = List.copyOf(lines);
    }

    /**
     * Divides the steps into one batch, or two if links are deleted in bulk: then the first ends with a listing of the
     * group and the second begins with its deletion, so that a link that does not belong there is noticed in time.
     *
     * @param groups the group of every link
     */
    static List<Batch> of(List<Step> steps, Map<LinkName, Integer> groups) {
        Optional<BulkDelete> found = BulkDelete.find(steps, groups);
        if (found.isEmpty()) {
            return List.of(new Batch(lines(steps, 0, steps.size()), Optional.empty()));
        }
        BulkDelete bulk = found.get();
        List<Line> before = new ArrayList<>(lines(steps, 0, bulk.first()));
        before.addAll(bulk.moves(steps));
        List<Line> after = new ArrayList<>(List.of(bulk.line(LinkCommands.deleteGroup(bulk.group()))));
        after.addAll(lines(steps, bulk.last() + 1, steps.size()));
        Batch deletion = new Batch(after, Optional.empty());
        if (before.isEmpty()) {
            return List.of(deletion); // the state was read immediately before
        }
        before.add(bulk.line(LinkCommands.showGroup(bulk.group())));
        return List.of(new Batch(before, Optional.of(new GroupCheck(bulk.group(), bulk.names(steps)))), deletion);
    }

    private static List<Line> lines(List<Step> steps, int from, int to) {
        List<Line> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            for (String text : steps.get(i).lines()) {
                lines.add(new Line(text, i, i));
            }
        }
        return lines;
    }
}
