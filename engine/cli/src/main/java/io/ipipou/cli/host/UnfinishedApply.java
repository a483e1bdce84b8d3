package io.ipipou.cli.host;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Uptime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the journal tells of the last apply, where that is neither done nor undone. */
public final class UnfinishedApply {

    public static final String GONE = "an apply was not confirmed before this host was started again,"
            + " and what it had changed went with that";

    private UnfinishedApply() {}

    private interface Reading<T> {
        T read(Journal journal) throws IOException;
    }

    private static <T> T read(Reading<T> reading) throws CommandFailure {
        Journal journal = new Journal(Directories.state(), "");
        try {
            return reading.read(journal);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the journal " + journal.path() + " cannot be read: " + e.getMessage());
        }
    }

    /** The apply of this boot. */
    public static Optional<Journal.Entry> entry() throws CommandFailure {
        return read(Journal::unfinished);
    }

    /** One of an earlier boot that was not confirmed. */
    public static Optional<Journal.Entry> beforeBoot() throws CommandFailure {
        return read(Journal::unconfirmedBeforeBoot);
    }

    /** Forgets it. The caller holds the lock. */
    public static void settle() throws CommandFailure {
        Journal journal = new Journal(Directories.state(), "");
        try {
            journal.settle();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the journal " + journal.path() + " cannot be removed: " + e.getMessage());
        }
    }

    /** @throws CommandFailure where an apply awaits confirmation, which whatever comes next would spoil */
    public static void requireConfirmed() throws CommandFailure {
        Optional<Journal.Entry> entry = entry().filter(Journal.Entry::awaitsConfirmation);
        if (entry.isPresent()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    told(entry.get()) + "\nnothing was changed: first keep it with ipipou confirm, or undo it with"
                            + " ipipou rollback");
        }
    }

    /** What an operator should know, whatever the command; a journal that cannot be read is no reason not to look. */
    public static List<String> notes() {
        try {
            Optional<Journal.Entry> entry = entry();
            if (entry.isPresent()) {
                return List.of(told(entry.get()));
            }
            return beforeBoot()
                    .map(gone -> List.of(GONE + " (confirm or rollback forgets it)"))
                    .orElse(List.of());
        } catch (CommandFailure e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private static String told(Journal.Entry entry) {
        String apply = "an apply, process " + entry.process() + ", ";
        Optional<Confirmation> confirmation = entry.confirmation();
        if (confirmation.isEmpty() || !entry.awaitsConfirmation()) {
            return apply
                    + (entry.process().isAlive()
                            ? "is under way"
                            : "ended half way (apply goes on, rollback undoes it)");
        }
        if (!confirmation.get().guard().isAlive()) {
            return apply + "awaits confirmation, and its guard, process "
                    + confirmation.get().guard()
                    + ", is gone, so that nothing undoes it by itself (confirm keeps it, rollback undoes it)";
        }
        return apply + "awaits confirmation: it is rolled back in " + seconds(confirmation.get())
                + " s (confirm keeps it, rollback undoes it now)";
    }

    private static long seconds(Confirmation confirmation) {
        try {
            return confirmation.left(Uptime.now()).map(Duration::toSeconds).orElse(0L);
        } catch (IOException e) {
            throw new IllegalStateException("no /proc", e);
        }
    }
}
