package io.ipipou.cli.guard;

import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Signals;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.Journal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Watches an apply that must be confirmed. Rolls it back if that does not happen in time, if the apply dies half way, or
 * if this process is asked to end, because nothing else would do it later.
 */
public final class GuardWatch {

    /** How often it checks the journal and the time. */
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    /** A rollback of many tunnels takes seconds. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    /** Attempts to roll back: the person who can fix the cause may need these tunnels to reach the host. */
    private static final int ATTEMPTS = 60;

    private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

    private final Terminal terminal;
    private final HostSession session;
    private final String apply;
    private final Semaphore wakeUp = new Semaphore(0);
    private volatile boolean applyEnded;
    private volatile boolean terminated;
    private boolean begun;

    /** @param apply id of the apply in the journal */
    public GuardWatch(Terminal terminal, HostSession session, String apply) {
        this.terminal = terminal;
        this.session = session;
        this.apply = apply;
    }

    /**
     * Returns when the apply is confirmed or rolled back.
     *
     * @throws CommandFailure if it could not be rolled back
     */
    public void run() throws CommandFailure {
        Signals.on("HUP", () -> {});
        Signals.on("TERM", this::terminate);
        Signals.on("INT", this::terminate);
        Thread reader = new Thread(this::awaitEndOfApply, "ipipou-apply");
        reader.setDaemon(true);
        reader.start();
        terminal.println(DetachedGuard.READY);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<String> reason = awaitReason();
            if (reason.isEmpty()) {
                return;
            }
            rollBack(reason.get());
        }
        throw CommandFailure.failed("gave up after " + ATTEMPTS
                + " attempts to roll back (repair the cause above, then run ipipou rollback)");
    }

    private void terminate() {
        terminated = true;
        wakeUp.release();
    }

    /** Nothing is ever written to the pipe; its end is the end of the process at the other side. */
    private void awaitEndOfApply() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            log("cannot read the pipe from the apply: " + e.getMessage());
        }
        applyEnded = true;
        wakeUp.release();
    }

    /** Waits for a reason to roll back; empty once there is nothing to roll back. */
    private Optional<String> awaitReason() throws CommandFailure {
        while (true) {
            boolean ended = applyEnded; // before the journal is read: the apply can write it and die in between
            Optional<Journal.Entry> entry = entry();
            if (entry.isEmpty() && (begun || ended)) {
                return Optional.empty();
            }
            begun |= entry.isPresent();
            Optional<String> reason = entry.flatMap(found -> reason(found, ended));
            if (reason.isPresent()) {
                return reason;
            }
            await(INTERVAL);
        }
    }

    /** @param ended whether the apply had ended before its entry was read */
    private Optional<String> reason(Journal.Entry entry, boolean ended) {
        if (terminated) {
            return Optional.of("its guard was terminated");
        }
        Confirmation confirmation = entry.confirmation().orElseThrow();
        if (UnfinishedApply.timeLeft(confirmation).filter(Duration::isZero).isPresent()) {
            return Optional.of(
                    "it was not confirmed within " + confirmation.within().toSeconds() + " s");
        }
        return ended && !entry.awaitsConfirmation() ? Optional.of("it was interrupted") : Optional.empty();
    }

    private void await(Duration time) {
        try {
            boolean unused = wakeUp.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            terminated = true;
        }
    }

    /** The journal's entry, if it is still the watched apply. */
    private Optional<Journal.Entry> entry() throws CommandFailure {
        return UnfinishedApply.entry(apply);
    }

    private void rollBack(String reason) {
        StringWriter printed = new StringWriter();
        PrintWriter output = new PrintWriter(printed, true);
        try {
            Optional<Journal.Entry> before = entry();
            // Meanwhile, the apply may have been confirmed, or have reached the point where it waits.
            Decision decision = new Decision(Decision.Verb.ROLL_BACK, Optional.of(apply), !terminated);
            ExitCode exit = inTime(() -> decision.make(session, new Terminal(output, output, false), LOCK_TIMEOUT));
            if (exit != ExitCode.OK) {
                throw CommandFailure.failed(printed.toString().strip());
            }
            if (before.isPresent() && entry().isEmpty()) {
                log("rolled back and verified the apply of process "
                        + before.get().process() + ": " + reason);
            }
        } catch (CommandFailure e) {
            log(e.getMessage());
            await(RETRY_DELAY);
        }
    }

    /** An agent that is stuck does not answer. */
    private static ExitCode inTime(Callable<ExitCode> task) throws CommandFailure {
        ExecutorService thread = Executors.newSingleThreadExecutor(run -> {
            Thread asking = new Thread(run, "ipipou-rollback");
            asking.setDaemon(true);
            return asking;
        });
        try {
            return thread.submit(task).get(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandFailure failure
                    ? failure
                    : CommandFailure.failed(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw CommandFailure.failed("no answer within " + ANSWER_TIMEOUT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        } finally {
            thread.shutdown();
        }
    }

    private void log(String message) {
        message.lines()
                .forEach(line -> terminal.err().println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line));
        terminal.err().flush();
    }
}
