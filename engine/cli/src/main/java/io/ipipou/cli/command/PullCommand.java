package io.ipipou.cli.command;

import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.FollowedSource;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.PullTarget;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncResult;
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
    private final HostSession session;

    public PullCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        SourceRef ref = source.ref();
        Optional<AgentClient> agent = AgentClient.find();
        if (agent.isPresent()) {
            return pullByAgent(agent.get(), ref);
        }
        UnfinishedApply.requireConfirmed();
        UnfinishedApply.printNote(terminal);
        try (Follower follower = FollowedSource.open(source, session.plugins(), terminal)) {
            return pull(follower, new PullTarget(terminal, session));
        } catch (IOException e) {
            throw CommandFailure.failed("cannot save the state of the sync: " + e.getMessage());
        }
    }

    private ExitCode pull(Follower follower, PullTarget target) throws CommandFailure {
        SyncResult result = follower.sync(retry, target);
        String text = SyncResultText.of(result, follower.status());
        if (result instanceof SyncResult.InForce inForce) {
            if (!inForce.isNew()) {
                target.repair(follower);
            }
            terminal.println(text);
        } else {
            terminal.error(text);
            target.repair(follower);
        }
        return SyncResultText.exitCode(result);
    }

    private ExitCode pullByAgent(AgentClient agent, SourceRef ref) throws CommandFailure {
        if (!agent.file().equals(ref.toString())) {
            throw agent.conflict(" (make it follow " + ref + ", or stop it first)");
        }
        return agent.relay("pull", Map.of("again", retry), terminal);
    }
}
