package io.ipipou.core.plan;

import io.ipipou.core.desired.Deferral;
import io.ipipou.spi.plan.Operation;
import java.util.List;
import java.util.stream.Stream;

/**
 * What must change for a host to match its desired state.
 *
 * @param changes of the resources, in the order in which a plan prints them
 * @param operations the kernel writes for these changes, in order; none for an object that the kernel deletes with its
 *     link
 * @param conflicts what is in the way of desired resources, which no change is planned for; {@link
 *     io.ipipou.core.apply.Reconciler} turns them into deferrals
 * @param deferred what the file asks for and this host cannot have now
 * @param notes for the operator, which need no action
 */
public record Plan(
        List<Change> changes,
        List<Operation> operations,
        List<Conflict> conflicts,
        List<Deferral> deferred,
        List<String> notes) {

    public Plan {
        changes = List.copyOf(changes);
        operations = List.copyOf(operations);
        conflicts = List.copyOf(conflicts);
        deferred = List.copyOf(deferred);
        notes = List.copyOf(notes);
    }

    /** This plan with further conflicts. */
    public Plan withConflicts(List<Conflict> more) {
        return new Plan(changes, operations, concat(conflicts, more), deferred, notes);
    }

    /** This plan with further notes, and without its conflicts, which these deferrals stand for. */
    public Plan withDeferred(List<Deferral> deferrals, List<String> moreNotes) {
        return new Plan(changes, operations, List.of(), deferrals, concat(notes, moreNotes));
    }

    private static <T> List<T> concat(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** Whether the host matches its desired state, and nothing is deferred. */
    public boolean isEmpty() {
        return changes.isEmpty() && conflicts.isEmpty() && deferred.isEmpty();
    }

    /** Whether there is something to write. */
    public boolean hasChanges() {
        return !changes.isEmpty();
    }

    /** The number of creations and replacements. */
    public long toAdd() {
        return count(Change.Action.CREATE) + count(Change.Action.REPLACE);
    }

    /** The number of changes in place. */
    public long toChange() {
        return count(Change.Action.UPDATE);
    }

    /** The number of deletions and replacements. */
    public long toDestroy() {
        return count(Change.Action.DELETE) + count(Change.Action.REPLACE);
    }

    private long count(Change.Action action) {
        return changes.stream().filter(change -> change.action() == action).count();
    }
}
