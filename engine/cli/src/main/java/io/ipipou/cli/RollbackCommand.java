package io.ipipou.cli;

import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Undo;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.plugin.PluginPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Takes the host back to what it was before an apply that ended half way.")
final class RollbackCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final HostSession session;

    RollbackCommand(Terminal terminal) {
        this.terminal = terminal;
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        AgentTalk.requireNone();
        Optional<Journal.Entry> entry = unfinished();
        if (entry.isEmpty()) {
            terminal.out().println("There is nothing to roll back.");
            return ExitCode.OK.status();
        }
        PluginPath path = session.plugins().path();
        Config config = config(entry.get());
        Journal journal = session.journal(config, path);
        Optional<Undo> undo = session.write(config, path, (backend, reconciler) -> reconciler.rollback(journal));
        if (undo.isPresent() && !undo.get().complete()) {
            throw new CommandFailure(ExitCode.FAILED, Changing.undone(undo.get()));
        }
        terminal.out().println("Rolled back and verified.");
        return ExitCode.OK.status();
    }

    private static Optional<Journal.Entry> unfinished() throws CommandFailure {
        Journal journal = new Journal(HostSession.stateDirectory(), "");
        try {
            return journal.unfinished();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the journal " + journal.path() + " cannot be read: " + e.getMessage());
        }
    }

    private static Config config(Journal.Entry entry) {
        GlobalSettings settings = new GlobalSettings(
                entry.backend(), entry.table(), GlobalSettings.DEFAULT.queue(), GlobalSettings.DEFAULT.aliasRange());
        return new Config(settings, new TreeMap<>(), new TreeMap<>(), List.of());
    }
}
