package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.agent.KeepaliveCheck;
import io.ipipou.cli.guard.ConfirmationWait;
import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.SavedPlan;
import io.ipipou.core.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "apply", description = "Apply FILE, or a plan saved with plan --out, and verify the result.")
public final class ApplyCommand extends HostCommand {

    @Mixin
    private final ConfirmOptions confirm = new ConfirmOptions();

    @Option(
            names = "--strict",
            description = "Change nothing if something is deferred, and roll everything back after a refused write.")
    private boolean strict;

    @Option(names = "--detailed-exitcode", description = "Exit with status 2 if there were changes.")
    private boolean detailedExitCode;

    public ApplyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        Optional<SavedPlan> saved = savedPlan();
        ConfigFile source =
                saved.isPresent() ? new ConfigFile(terminal, saved.get().file()) : file;
        ExitCode exit;
        try (DetachedGuard guard = new DetachedGuard(session.plugins().directories())) {
            Optional<CommitConfirm> confirmation = confirm.confirmation(guard);
            ApplyOptions options = new ApplyOptions(strict, saved, confirmation);
            exit = apply(source, options);
            if (confirmation.isPresent()) {
                new ConfirmationWait(
                                terminal, session, confirm, confirmation.get().id())
                        .await(exit);
            }
        }
        return exit == ExitCode.CHANGES && !detailedExitCode ? ExitCode.OK : exit;
    }

    private Optional<SavedPlan> savedPlan() throws CommandFailure {
        if (file.isStandardInput() || !SavedPlan.isSavedPlan(Path.of(file.name()))) {
            return Optional.empty();
        }
        try {
            return Optional.of(SavedPlan.read(Path.of(file.name())));
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read the plan " + file.name() + ": " + e.getMessage());
        }
    }

    private ExitCode apply(ConfigFile source, ApplyOptions options) throws CommandFailure {
        Optional<AgentClient> agent = AgentClient.find();
        if (agent.isPresent() && !agent.get().file().equals(source.identity())) {
            throw agent.get().conflict(" (edit that file, or stop the agent first)");
        }
        UnfinishedApply.requireConfirmed();
        if (agent.isPresent()) {
            return agent.get().relay("apply", options.question(), terminal);
        }
        UnfinishedApply.printNote(terminal);
        Config config = source.read(session.plugins());
        KeepaliveCheck.warnWithoutAgent(config, terminal);
        return options.apply(config, session::apply, ApplyOutput.ofFile(terminal, source.shortName()));
    }
}
