package io.ipipou.cli.host;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Uptime;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The last apply, if it is running, was interrupted, or awaits confirmation. */
public final class UnfinishedApply {

    public static final String LOST_AT_REBOOT =
            "this host rebooted before the last apply was confirmed, and its changes are gone";

    private UnfinishedApply() {}

    private interface JournalReader<T> {
        T read(Journal journal) throws IOException;
    }

    private static <T> T read(JournalReader<T> reader) throws CommandFailure {
        Journal journal = new Journal(Directories.state(), "");
        try {
            return reader.read(journal);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read the journal " + journal.path() + ": " + e.getMessage());
        }
    }

    public static Optional<Journal.Entry> entry() throws CommandFailure {
        return read(Journal::unfinished);
    }

    /** An apply of an earlier boot that was not confirmed. */
    public static Optional<Journal.Entry> beforeReboot() throws CommandFailure {
        return read(Journal::unconfirmedBeforeBoot);
    }

    /** The apply with this {@link Confirmation#id}, if it is still to be decided. */
    public static Optional<Journal.Entry> entry(String id) throws CommandFailure {
        return entry().filter(entry -> entry.confirmation()
                .filter(confirmation -> confirmation.id().equals(id))
                .isPresent());
    }

    /** What became of the apply with this {@link Confirmation#id}. */
    public static Confirmation.State stateOf(String id) throws CommandFailure {
        return read(journal -> journal.stateOf(id));
    }

    private interface JournalChange {
        void change(Journal journal) throws IOException;
    }

    private static void change(JournalChange change) throws CommandFailure {
        Journal journal = new Journal(Directories.state(), "");
        try {
            change.change(journal);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot change the journal " + journal.path() + ": " + e.getMessage());
        }
    }

    /** Confirms an apply that awaits it. The caller holds the lock. */
    public static void confirm(Confirmation confirmation) throws CommandFailure {
        change(journal -> journal.confirm(confirmation));
    }

    /** Forgets an apply of an earlier boot. The caller holds the lock. */
    public static void forget() throws CommandFailure {
        change(Journal::discard);
    }

    /** @throws CommandFailure if an apply awaits confirmation: another change would make its rollback wrong */
    public static void requireConfirmed() throws CommandFailure {
        Optional<Journal.Entry> entry = entry().filter(Journal.Entry::awaitsConfirmation);
        if (entry.isPresent()) {
            throw CommandFailure.failed(
                    describe(entry.get()) + "\nnothing was changed: run ipipou confirm or ipipou rollback first");
        }
    }

    /** Prints a note if there is one. A journal that cannot be read does not stop a command that only reads. */
    public static void printNote(Terminal terminal) {
        try {
            Optional<Journal.Entry> entry = entry();
            if (entry.isPresent()) {
                terminal.note(describe(entry.get()));
            } else if (beforeReboot().isPresent()) {
                terminal.note(LOST_AT_REBOOT + " (ipipou confirm or ipipou rollback removes this note)");
            }
        } catch (CommandFailure e) {
            terminal.note(e.getMessage());
        }
    }

    private static String describe(Journal.Entry entry) {
        String apply = "an apply (process " + entry.process() + ") ";
        Optional<Confirmation> confirmation = entry.confirmation();
        if (confirmation.isEmpty() || !entry.awaitsConfirmation()) {
            return apply
                    + (entry.process().isAlive()
                            ? "is running"
                            : "was interrupted (ipipou apply completes it, ipipou rollback undoes it)");
        }
        if (!confirmation.get().guard().isAlive()) {
            return apply + "awaits confirmation, but its guard (process "
                    + confirmation.get().guard()
                    + ") is gone, so nothing but an agent will roll it back"
                    + " (run ipipou confirm to keep it, or ipipou rollback to undo it)";
        }
        return apply + "awaits confirmation and will be rolled back in "
                + timeLeft(confirmation.get()).orElse(Duration.ZERO).toSeconds()
                + " s (run ipipou confirm to keep it, or ipipou rollback to undo it now)";
    }

    /** How long an apply can still be confirmed; empty until its writes are verified. */
    public static Optional<Duration> timeLeft(Confirmation confirmation) {
        try {
            return confirmation.remaining(Uptime.now());
        } catch (IOException e) {
            throw new IllegalStateException("cannot read /proc/uptime", e);
        }
    }
}
