package io.ipipou.cli.guard;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import java.time.Duration;
import java.util.Optional;

/** What comes after an apply that has to be confirmed. */
public record ConfirmationWait(Terminal terminal, HostSession session, ConfirmOptions options) {

    /** How long the guard, or an operator's rollback, may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Has the probes decide; says what to do where there are none.
     *
     * @throws CommandFailure if the apply was not confirmed
     */
    public void await() throws CommandFailure {
        if (options.probes().isEmpty()) {
            say("Rolled back in %d s unless confirmed: ipipou confirm"
                    .formatted(options.within().toSeconds()));
            return;
        }
        Optional<String> failure = firstFailure();
        String decision = HostSession.locked(PATIENCE, () -> failure.isEmpty() ? confirm() : rollBack(failure.get()));
        say(decision);
    }

    /** The probes have the time together, one after the other. */
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
        if (ours().isEmpty()) {
            throw new CommandFailure(ExitCode.FAILED, "all probes succeeded, but " + decidedByAnother());
        }
        UnfinishedApply.settle();
        return "Confirmed by %d probe(s).".formatted(options.probes().size());
    }

    private String rollBack(String failure) throws CommandFailure {
        Optional<Journal.Entry> ours = ours();
        String outcome = decidedByAnother();
        if (ours.isPresent()) {
            try {
                session.rollBack(ours.get());
                outcome = "the host was taken back to what it was, verified";
            } catch (CommandFailure e) {
                outcome = String.valueOf(e.getMessage());
            }
        }
        throw new CommandFailure(ExitCode.FAILED, failure + "\n" + outcome);
    }

    private static Optional<Journal.Entry> ours() throws CommandFailure {
        return UnfinishedApply.entry()
                .filter(entry ->
                        entry.process().number() == ProcessHandle.current().pid());
    }

    private static String decidedByAnother() {
        return DetachedGuard.lastWords()
                .map(words -> "the guard was first: " + words)
                .orElse("another run has confirmed it or rolled it back");
    }

    private void say(String result) {
        terminal.out().println(result);
        terminal.out().flush();
    }
}
