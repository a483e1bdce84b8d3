package io.ipipou.core.apply;

import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** An apply whose journal describes it until it has succeeded or was rolled back. */
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

    /** Plans an apply, given the listeners of an earlier one that did not finish. */
    interface Destination {
        Convergence.Planning leavingBehind(Set<FouListener> listeners);
    }

    /** As {@link Reconciler#apply}. */
    ApplyReport run(Destination destination, ApplyRequest request) throws BackendException, NotAppliedException {
        Optional<Journal.Entry> unfinished = unfinished();
        if (unfinished.isPresent() && unfinished.get().awaitsConfirmation()) {
            throw new PendingConfirmationException(unfinished.get());
        }
        Set<FouListener> leftBehind =
                unfinished.map(Journal.Entry::createdListeners).orElse(Set.of());
        Convergence.Planning planning = destination.leavingBehind(leftBehind);
        ObservedState observed = convergence.backend().observe();
        Plan plan = planning.plan(observed);
        Snapshot current = Snapshot.of(observed, plan);
        Snapshot before = unfinished.map(current::continuing).orElse(current);
        request.check().check(plan);
        Optional<Confirmation> confirmation = Optional.empty();
        if (plan.hasChanges()) {
            confirmation = startGuard(request.confirm());
            writeJournal(before, confirmation, "; nothing was changed");
        }
        return run(planning, plan, before, confirmation);
    }

    private ApplyReport run(
            Convergence.Planning planning, Plan plan, Snapshot before, Optional<Confirmation> confirmation)
            throws BackendException {
        try {
            ApplyReport report = convergence.run(planning, plan, new ArrayList<>());
            if (report.converged()) {
                succeeded(before, confirmation);
            }
            return report.remaining().isPresent() ? report : report.withRollback(rollBackTo(before));
        } catch (BackendException e) {
            RollbackResult result = rollBackTo(before);
            throw e.isPermissionDenied() && result.complete()
                    ? e
                    : new BackendException(e.getMessage() + "; " + text(result), e);
        }
    }

    /** As {@link Reconciler#repair}. */
    ApplyReport repair(Destination destination, Consumer<Plan> announce)
            throws BackendException, PendingConfirmationException {
        Optional<Journal.Entry> unfinished = readable();
        if (unfinished.flatMap(Journal.Entry::confirmation).isPresent()) {
            throw new PendingConfirmationException(unfinished.get());
        }
        Convergence.Planning planning = destination.leavingBehind(
                unfinished.map(Journal.Entry::createdListeners).orElse(Set.of()));
        Plan plan = convergence.plan(planning);
        announce.accept(plan);
        ApplyReport report = convergence.run(planning, plan, new ArrayList<>());
        if (report.converged() && unfinished.isPresent()) {
            removeJournal();
        }
        return report;
    }

    /** As {@link #unfinished()}, but a journal that cannot be read stops no repair. */
    private Optional<Journal.Entry> readable() {
        try {
            return journal.unfinished();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As {@link Reconciler#rollback}. */
    Optional<RollbackResult> rollback() throws BackendException {
        return unfinished().map(entry -> rollBackTo(new Snapshot(entry.before(), entry.createdListeners())));
    }

    private Optional<Journal.Entry> unfinished() throws BackendException {
        try {
            return journal.unfinished();
        } catch (IOException e) {
            throw new BackendException(
                    "the journal " + journal.path() + " cannot be read: " + e.getMessage()
                            + "; nothing was changed (delete the file to continue without it)",
                    e);
        }
    }

    private static Optional<Confirmation> startGuard(Optional<CommitConfirm> confirm) throws BackendException {
        if (confirm.isEmpty()) {
            return Optional.empty();
        }
        CommitConfirm wanted = confirm.get();
        try {
            ProcessId guard = wanted.guard().watch(wanted.id());
            return Optional.of(new Confirmation(wanted.id(), wanted.within(), Optional.empty(), guard));
        } catch (IOException e) {
            throw new BackendException(CommitConfirm.NO_GUARD + ": " + e.getMessage() + "; nothing was changed", e);
        }
    }

    private void writeJournal(Snapshot before, Optional<Confirmation> confirmation, String consequence)
            throws BackendException {
        try {
            journal.write(table, before, confirmation);
        } catch (IOException e) {
            throw new BackendException(
                    "the journal " + journal.path() + " cannot be written: " + e.getMessage() + consequence, e);
        }
    }

    /** Removes the journal, or starts the time to confirm. */
    private void succeeded(Snapshot before, Optional<Confirmation> confirmation) throws BackendException {
        if (confirmation.isEmpty()) {
            removeJournal();
            return;
        }
        try {
            writeJournal(before, Optional.of(confirmation.get().startedAt(Uptime.now())), "");
        } catch (IOException e) {
            throw new BackendException("the time since the boot cannot be read: " + e.getMessage(), e);
        }
    }

    private void removeJournal() throws BackendException {
        try {
            journal.remove();
        } catch (IOException e) {
            throw new BackendException(
                    "every write succeeded, but the journal " + journal.path() + " cannot be removed: "
                            + e.getMessage(),
                    e);
        }
    }

    private RollbackResult rollBackTo(Snapshot before) {
        RollbackResult result = converge(before);
        if (result.complete()) {
            try {
                removeJournal();
            } catch (BackendException e) {
                return new RollbackResult(
                        result.outcomes(), result.remaining(), Optional.of(String.valueOf(e.getMessage())));
            }
        }
        return result;
    }

    private RollbackResult converge(Snapshot before) {
        List<Outcome> outcomes = new ArrayList<>();
        try {
            Convergence.Planning back = convergence.towards(before.state(), before.createdListeners());
            ApplyReport report = convergence.run(back, convergence.plan(back), outcomes);
            Plan remaining = report.remaining().isPresent() ? report.remaining().get() : convergence.plan(back);
            return new RollbackResult(outcomes, Optional.of(remaining), Optional.empty());
        } catch (BackendException e) {
            return new RollbackResult(outcomes, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static String text(RollbackResult result) {
        return result.complete()
                ? RollbackResult.COMPLETE
                : "the rollback is incomplete"
                        + result.error().map(cause -> ": " + cause).orElse("");
    }
}
