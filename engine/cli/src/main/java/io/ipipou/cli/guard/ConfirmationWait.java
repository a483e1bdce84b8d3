package io.ipipou.cli.guard;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.RollbackResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.Optional;

/**
 * What follows an apply that must be confirmed: probes, or a message to the operator.
 *
 * @param apply the apply's id
 */
public record ConfirmationWait(Terminal terminal, HostSession session, ConfirmOptions options, String apply) {

    /** The guard, or an operator's rollback, can hold the lock. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Confirms or rolls back as the probes decide. Without probes, tells the operator to confirm.
     *
     * @param applied the exit status of the apply
     * @throws CommandFailure if the probes did not confirm the apply
     */
    public void await(ExitCode applied) throws CommandFailure {
        boolean undecided = UnfinishedApply.entry(apply).isPresent();
        if (!undecided && applied != ExitCode.CHANGES) {
            return; // nothing was changed
        }
        if (options.probes().isEmpty()) {
            terminal.println("Will be rolled back in %d s. To keep it, run: ipipou confirm"
                    .formatted(options.within().toSeconds()));
            return;
        }
        Optional<String> failure = firstFailure();
        if (failure.isEmpty()) {
            confirm();
        } else {
            rollBack(failure.get());
        }
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

    private void confirm() throws CommandFailure {
        if (UnfinishedApply.entry(apply).isEmpty()) {
            throw CommandFailure.failed("all probes succeeded, but " + decidedElsewhere());
        }
        decide(Decision.Verb.CONFIRM);
        int probes = options.probes().size();
        terminal.println(probes == 1 ? "Confirmed by 1 probe." : "Confirmed by " + probes + " probes.");
    }

    private void rollBack(String failure) throws CommandFailure {
        String result = decidedElsewhere();
        if (UnfinishedApply.entry(apply).isPresent()) {
            try {
                decide(Decision.Verb.ROLL_BACK);
                result = RollbackResult.COMPLETE;
            } catch (CommandFailure e) {
                result = e.getMessage();
            }
        }
        throw CommandFailure.failed(failure + "\n" + result);
    }

    private void decide(Decision.Verb verb) throws CommandFailure {
        StringWriter messages = new StringWriter();
        Terminal quiet =
                new Terminal(new PrintWriter(Writer.nullWriter()), new PrintWriter(messages, true), terminal.colour());
        if (new Decision(verb, Optional.of(apply), false).make(session, quiet, LOCK_TIMEOUT) != ExitCode.OK) {
            throw CommandFailure.failed(messages.toString().strip());
        }
    }

    private static String decidedElsewhere() {
        return DetachedGuard.lastMessage()
                .map(message -> "the guard acted first: " + message)
                .orElse("another ipipou process has already confirmed it or rolled it back");
    }
}
