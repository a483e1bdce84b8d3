package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.guard.ConfirmationWait;
import io.ipipou.cli.guard.DetachedGuard;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.host.FollowedSource;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.Pull;
import io.ipipou.cli.host.PullTarget;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfirmOptions;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SourceRef;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pull",
        customSynopsis = "ipipou pull --repo=URL [OPTIONS]",
        description = {
            "Apply the newest revision of a git repository once, and verify the result.",
            "If the repository cannot be reached, or the revision is rejected, the revision in force stays."
        })
public final class PullCommand extends CliCommand {

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Option(names = "--retry", description = "Also try a revision that was rejected before.")
    private boolean retry;

    @Mixin
    private final ConfirmOptions confirm = new ConfirmOptions();

    @Mixin
    private final HostSession session;

    public PullCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        SourceRef ref = source.ref();
        ExitCode exit;
        try (DetachedGuard guard = new DetachedGuard(session.plugins().directories())) {
            Optional<CommitConfirm> confirmation = confirm.confirmation(guard);
            exit = pull(ref, new ApplyOptions(false, Optional.empty(), confirmation));
            if (confirmation.isPresent()) {
                new ConfirmationWait(
                                terminal, session, confirm, confirmation.get().id())
                        .await(exit);
            }
        }
        return exit == ExitCode.CHANGES ? ExitCode.OK : exit;
    }

    private ExitCode pull(SourceRef ref, ApplyOptions options) throws CommandFailure {
        Optional<AgentClient> agent = AgentClient.find();
        if (agent.isPresent()) {
            return pullByAgent(agent.get(), ref, options);
        }
        UnfinishedApply.requireConfirmed();
        UnfinishedApply.printNote(terminal);
        try (Follower follower = FollowedSource.open(source, session.plugins(), terminal)) {
            Pull pull = follower::sync;
            return pull.run(retry, new PullTarget(session::apply, options, terminal), follower);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot save the state of the sync: " + e.getMessage());
        }
    }

    private ExitCode pullByAgent(AgentClient agent, SourceRef ref, ApplyOptions options) throws CommandFailure {
        if (!agent.file().equals(ref.toString())) {
            throw agent.conflict(" (make it follow " + ref + ", or stop it first)");
        }
        UnfinishedApply.requireConfirmed();
        Map<String, Object> question = options.question();
        question.put("again", retry);
        return agent.relay("pull", question, terminal);
    }
}
