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
 * Lines for one process.
 *
 * @param check what the last line's output has to confirm before the next batch may be sent
 */
record Batch(List<Line> lines, Optional<GroupCheck> check) {

    /** An operation, and the lines that carry it out; none when there is nothing left to do. */
    record Step(Operation operation, List<String> lines) {
        boolean deletesLink() {
            return operation.verb() == Verb.DELETE && operation.subject() instanceof IpipLink && !lines.isEmpty();
        }

        LinkName link() {
            return ((IpipLink) operation.subject()).name();
        }
    }

    /** A line that serves the steps from {@code first} to {@code last}. */
    record Line(String text, int first, int last) {}

    /** That a group holds these links and no other. */
    record GroupCheck(int group, Set<LinkName> names) {}

    Batch {
        lines = List.copyOf(lines);
    }

    /**
     * One batch, or two where links are deleted in bulk: the first ends with a look at the group, the second begins with
     * its deletion. Were all in one, a stranger in the group could not be seen in time.
     *
     * @param groups the group of every interface
     */
    static List<Batch> of(List<Step> steps, Map<LinkName, Integer> groups) {
        Optional<BulkDelete> bulk = BulkDelete.find(steps, groups);
        if (bulk.isEmpty()) {
            return List.of(new Batch(lines(steps, 0, steps.size()), Optional.empty()));
        }
        BulkDelete run = bulk.get();
        List<Line> before = new ArrayList<>(lines(steps, 0, run.first()));
        before.addAll(run.moves(steps));
        List<Line> after = new ArrayList<>(List.of(run.line(LinkCommands.deleteAll(run.group()))));
        after.addAll(lines(steps, run.last() + 1, steps.size()));
        Batch deletion = new Batch(after, Optional.empty());
        if (before.isEmpty()) {
            return List.of(deletion); // the state was read just now
        }
        before.add(run.line(LinkCommands.show(run.group())));
        return List.of(new Batch(before, Optional.of(new GroupCheck(run.group(), run.names(steps)))), deletion);
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
