package io.ipipou.cli.guard;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.RollbackResult;
import java.time.Duration;
import java.util.Optional;

/** What follows an apply that must be confirmed: probes, or a message to the operator. */
public record ConfirmationWait(Terminal terminal, HostSession session, ConfirmOptions options) {

    /** The guard, or an operator's rollback, can hold the lock. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Confirms or rolls back as the probes decide. Without probes, tells the operator to confirm.
     *
     * @throws CommandFailure if the probes did not confirm the apply
     */
    public void await() throws CommandFailure {
        if (options.probes().isEmpty()) {
            terminal.println("Will be rolled back in %d s. To keep it, run: ipipou confirm"
                    .formatted(options.within().toSeconds()));
            return;
        }
        Optional<String> failure = firstFailure();
        terminal.println(
                HostSession.locked(LOCK_TIMEOUT, () -> failure.isEmpty() ? confirm() : rollBack(failure.get())));
    }

    /** Runs the probes one after the other; the time limit is for all of them together. */
    private Optional<String> firstFailure() {
        long end = System.nanoTime() + options.within().toNanos();
        for (String command : options.probes()) {
            Optional<String> failure =
                    new Probe(command).failure(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    private String confirm() throws CommandFailure {
        if (entryOfThisProcess().isEmpty()) {
            throw CommandFailure.failed("all probes succeeded, but " + decidedElsewhere());
        }
        UnfinishedApply.forget();
        int probes = options.probes().size();
        return probes == 1 ? "Confirmed by 1 probe." : "Confirmed by " + probes + " probes.";
    }

    private String rollBack(String failure) throws CommandFailure {
        Optional<Journal.Entry> entry = entryOfThisProcess();
        String result = decidedElsewhere();
        if (entry.isPresent()) {
            try {
                session.rollBack(entry.get());
                result = RollbackResult.COMPLETE;
            } catch (CommandFailure e) {
                result = e.getMessage();
            }
        }
        throw CommandFailure.failed(failure + "\n" + result);
    }

    private static Optional<Journal.Entry> entryOfThisProcess() throws CommandFailure {
        return UnfinishedApply.entry()
                .filter(entry ->
                        entry.process().number() == ProcessHandle.current().pid());
    }

    private static String decidedElsewhere() {
        return DetachedGuard.lastMessage()
                .map(message -> "the guard acted first: " + message)
                .orElse("another ipipou process has already confirmed it or rolled it back");
    }
}
