package io.ipipou.core.apply;

import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** An apply that is done as a whole or undone, and that the journal tells of until it is either. */
final class Transaction {

    private final Convergence convergence;
    private final Journal journal;
    private final String table;

    /** @param table {@code settings.nftTable} */
    Transaction(Convergence convergence, Journal journal, String table) {
        this.convergence = convergence;
        this.journal = journal;
        this.table = table;
    }

    /** Where to, given the listeners that an apply made that has not ended. */
    interface Destination {
        Convergence.Planning leavingBehind(Set<FouListener> listeners);
    }

    /** As {@link Reconciler#applyOrRollBack(Journal, PlanCheck, Optional)} says. */
    ApplyReport run(Destination destination, PlanCheck approval, Optional<CommitConfirm> unconfirmed)
            throws BackendException, UnresolvableException {
        Optional<Journal.Entry> unfinished = unfinished();
        if (unfinished.isPresent() && unfinished.get().awaitsConfirmation()) {
            throw new PendingConfirmationException(unfinished.get());
        }
        Set<FouListener> leftBehind =
                unfinished.map(Journal.Entry::createdListeners).orElse(Set.of());
        Convergence.Planning planning = destination.leavingBehind(leftBehind);
        ObservedState observed = convergence.backend().observe();
        Plan plan = convergence.checked(planning.plan(observed));
        Snapshot found = Snapshot.of(observed, plan);
        Snapshot before = unfinished.map(found::from).orElse(found);
        approval.check(plan);
        Optional<Confirmation> confirmation = Optional.empty();
        if (plan.isApplicable()) {
            confirmation = watched(unconfirmed);
            begin(before, confirmation);
        }
        return run(planning, plan, before, confirmation);
    }

    private ApplyReport run(
            Convergence.Planning planning, Plan plan, Snapshot before, Optional<Confirmation> confirmation)
            throws BackendException, UnresolvableException {
        try {
            ApplyReport report = convergence.run(planning, plan, new ArrayList<>());
            if (report.converged()) {
                end(before, confirmation);
            }
            return report.failures().isEmpty() ? report : report.with(undo(before));
        } catch (BackendException e) {
            RollbackResult undo = undo(before);
            throw e.isPermissionDenied() && undo.complete()
                    ? e
                    : new BackendException(e.getMessage() + "; " + told(undo), e);
        } catch (UnresolvableException e) {
            throw new UnresolvableException(e.getMessage() + "\n" + told(undo(before)));
        }
    }

    /** As {@link Reconciler#rollback} says. */
    Optional<RollbackResult> rollback() throws BackendException {
        return unfinished().map(entry -> undo(new Snapshot(entry.before(), entry.createdListeners())));
    }

    private Optional<Journal.Entry> unfinished() throws BackendException {
        try {
            return journal.unfinished();
        } catch (IOException e) {
            throw new BackendException(
                    "the journal " + journal.path() + " cannot be read: " + e.getMessage()
                            + "; nothing was changed (delete it to go on without)",
                    e);
        }
    }

    private static Optional<Confirmation> watched(Optional<CommitConfirm> unconfirmed) throws BackendException {
        if (unconfirmed.isEmpty()) {
            return Optional.empty();
        }
        String id = UUID.randomUUID().toString();
        try {
            ProcessId guard = unconfirmed.get().guard().watch(id);
            return Optional.of(new Confirmation(id, unconfirmed.get().within(), Optional.empty(), guard));
        } catch (IOException e) {
            throw new BackendException(
                    "the guard that would undo an apply cannot be started: " + e.getMessage() + "; nothing was changed",
                    e);
        }
    }

    private void begin(Snapshot before, Optional<Confirmation> confirmation) throws BackendException {
        try {
            journal.write(table, before, confirmation);
        } catch (IOException e) {
            throw new BackendException(
                    "the journal " + journal.path() + " cannot be written: " + e.getMessage() + "; nothing was changed",
                    e);
        }
    }

    /** What has to be confirmed stays in the journal, and its time begins. */
    private void end(Snapshot before, Optional<Confirmation> confirmation) throws BackendException {
        if (confirmation.isEmpty()) {
            end();
            return;
        }
        try {
            journal.write(table, before, Optional.of(confirmation.get().from(Uptime.now())));
        } catch (IOException e) {
            throw new BackendException("the journal " + journal.path() + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void end() throws BackendException {
        try {
            journal.remove();
        } catch (IOException e) {
            throw new BackendException(
                    "all is done, but the journal " + journal.path() + " cannot be removed: " + e.getMessage(), e);
        }
    }

    private RollbackResult undo(Snapshot before) {
        RollbackResult undo = planned(before);
        if (undo.complete()) {
            try {
                end();
            } catch (BackendException e) {
                return new RollbackResult(
                        undo.outcomes(), undo.remaining(), Optional.of(String.valueOf(e.getMessage())));
            }
        }
        return undo;
    }

    private RollbackResult planned(Snapshot before) {
        List<Outcome> outcomes = new ArrayList<>();
        try {
            Convergence.Planning back = observed -> Planner.plan(before.state(), observed, before.createdListeners());
            ApplyReport report = convergence.run(back, convergence.plan(back), outcomes);
            Plan remaining = report.remaining().isPresent() ? report.remaining().get() : convergence.plan(back);
            return new RollbackResult(outcomes, Optional.of(remaining), Optional.empty());
        } catch (BackendException | UnresolvableException e) {
            return new RollbackResult(outcomes, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static String told(RollbackResult undo) {
        return undo.complete()
                ? "the host was taken back to what it was, and verified"
                : "the host could not be taken back to what it was"
                        + undo.error().map(why -> ": " + why).orElse("");
    }
}
