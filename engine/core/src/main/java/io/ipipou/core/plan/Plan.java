package io.ipipou.core.plan;

import io.ipipou.spi.plan.Operation;
import java.util.List;
import java.util.stream.Stream;

/**
 * The difference between a desired and an observed state.
 *
 * @param changes what happens to each resource, in the order of the operations
 * @param operations the kernel writes that bring it about, in order; an object that goes or comes back with its link
 *     needs none of its own
 * @param conflicts why the plan cannot be applied; empty when it can
 * @param notes what the operator should know and may ignore
 */
public record Plan(List<Change> changes, List<Operation> operations, List<Conflict> conflicts, List<String> notes) {

    public Plan {
        changes = List.copyOf(changes);
        operations = List.copyOf(operations);
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
    }

    /** This plan with further conflicts. */
    public Plan withConflicts(List<Conflict> more) {
        return new Plan(changes, operations, concat(conflicts, more), notes);
    }

    /** This plan with further notes. */
    public Plan withNotes(List<String> more) {
        return new Plan(changes, operations, conflicts, concat(notes, more));
    }

    private static <T> List<T> concat(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** Whether the host already is as desired. */
    public boolean isEmpty() {
        return changes.isEmpty() && conflicts.isEmpty();
    }

    /** Whether there is something to write and nothing in the way. */
    public boolean isApplicable() {
        return !changes.isEmpty() && conflicts.isEmpty();
    }

    /** How many resources come: creations and replacements. */
    public long toAdd() {
        return count(Change.Action.CREATE) + count(Change.Action.REPLACE);
    }

    /** How many resources change in place. */
    public long toChange() {
        return count(Change.Action.UPDATE);
    }

    /** How many resources go: deletions and replacements. */
    public long toDestroy() {
        return count(Change.Action.DELETE) + count(Change.Action.REPLACE);
    }

    private long count(Change.Action action) {
        return changes.stream().filter(change -> change.action() == action).count();
    }
}
