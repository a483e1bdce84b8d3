package io.ipipou.cli.command;

import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Signals;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Uptime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Waits beside an apply that has to be confirmed, and undoes it when that does not happen in time, when the apply dies
 * half way, or when this process is told to end: nobody would undo it later.
 */
@Command(
        name = DetachedGuard.COMMAND,
        hidden = true,
        description = "Undoes an apply that nobody confirms; apply starts it.")
public final class GuardCommand implements Callable<Integer> {

    /** How often it looks whether the apply was confirmed, and what the time is. */
    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** How long another run may hold the lock before that is told and tried again. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BEFORE_RETRY = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 60;

    private enum Event {
        /** The process that applies is gone. */
        APPLY_ENDED,
        /** SIGTERM or SIGINT. */
        TOLD_TO_END
    }

    private final Terminal terminal;

    @Mixin
    private final HostSession session;

    @Option(names = "--apply", required = true, description = "Which apply.")
    private String apply = "";

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private boolean applyEnded;
    private boolean toldToEnd;
    private boolean seen;

    public GuardCommand(Terminal terminal) {
        this.terminal = terminal;
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        Signals.on("HUP", () -> {});
        Signals.on("TERM", () -> events.add(Event.TOLD_TO_END));
        Signals.on("INT", () -> events.add(Event.TOLD_TO_END));
        Thread reader = new Thread(this::awaitEndOfApply, "ipipou-apply");
        reader.setDaemon(true);
        reader.start();
        terminal.out().println(DetachedGuard.READY);
        terminal.out().flush();
        // Again and again, for who might mend what stands in the way may be on the other side of these tunnels.
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<String> reason = reasonToUndo();
            if (reason.isEmpty()) {
                return ExitCode.OK.status();
            }
            undo(reason.get());
        }
        throw new CommandFailure(ExitCode.FAILED, "given up");
    }

    private void awaitEndOfApply() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said on the pipe: that it is there is all.
            }
        } catch (IOException e) {
            say("the pipe from the apply cannot be read: " + e.getMessage());
        }
        events.add(Event.APPLY_ENDED);
    }

    /** Waits for it; empty when there is nothing to undo any more. */
    private Optional<String> reasonToUndo() throws CommandFailure {
        while (true) {
            Optional<Journal.Entry> entry = entry();
            if (entry.isEmpty() && (seen || applyEnded)) {
                return Optional.empty();
            }
            seen |= entry.isPresent();
            Optional<String> reason = entry.flatMap(this::reason);
            if (reason.isPresent()) {
                return reason;
            }
            await(INTERVAL);
        }
    }

    private Optional<String> reason(Journal.Entry entry) {
        if (toldToEnd) {
            return Optional.of("its guard was told to end");
        }
        Duration within = entry.confirmation().orElseThrow().within();
        if (left(entry).filter(Duration::isZero).isPresent()) {
            return Optional.of("it was not confirmed within " + within.toSeconds() + " s");
        }
        return applyEnded && !entry.awaitsConfirmation() ? Optional.of("it ended half way") : Optional.empty();
    }

    private static Optional<Duration> left(Journal.Entry entry) {
        try {
            Duration now = Uptime.now();
            return entry.confirmation().flatMap(confirmation -> confirmation.left(now));
        } catch (IOException e) {
            throw new IllegalStateException("no /proc", e);
        }
    }

    private void await(Duration time) {
        try {
            Optional.ofNullable(events.poll(time.toMillis(), TimeUnit.MILLISECONDS))
                    .ifPresent(event -> {
                        applyEnded |= event == Event.APPLY_ENDED;
                        toldToEnd |= event == Event.TOLD_TO_END;
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            toldToEnd = true;
        }
    }

    /** The journal, where it still tells of the apply that is watched. */
    private Optional<Journal.Entry> entry() throws CommandFailure {
        return UnfinishedApply.entry().filter(found -> found.confirmation()
                .filter(confirmation -> confirmation.id().equals(apply))
                .isPresent());
    }

    private void undo(String reason) {
        try {
            HostSession.locked(PATIENCE, () -> undoLocked(reason));
        } catch (CommandFailure e) {
            say(String.valueOf(e.getMessage()));
            await(BEFORE_RETRY);
        }
    }

    private Optional<Journal.Entry> undoLocked(String reason) throws CommandFailure {
        // It may have been confirmed, or only just have begun to wait, while the lock was another's.
        Optional<Journal.Entry> entry = entry().filter(found -> reason(found).isPresent());
        if (entry.isPresent()) {
            session.rollBack(entry.get());
            say("the apply of process " + entry.get().process() + " was rolled back, verified: " + reason);
        }
        return entry;
    }

    private void say(String message) {
        message.lines()
                .forEach(line -> terminal.err().println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line));
        terminal.err().flush();
    }
}
