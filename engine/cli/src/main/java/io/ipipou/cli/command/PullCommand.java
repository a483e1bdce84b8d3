package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.PullTarget;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncResult;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the host as the newest revision of a repository says, and verifies it; once, for cron.",
            "What is in force stays so while the repository cannot be reached, and when a revision is refused."
        })
public final class PullCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Mixin
    private final HostSession session;

    @Option(names = "--retry", description = "Try a revision again that was refused.")
    private boolean again;

    public PullCommand(Terminal terminal) {
        this.terminal = terminal;
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        SourceRef place = source.place();
        Optional<JsonNode> agent = AgentClient.ask(Map.of("command", "ping"));
        if (agent.isPresent()) {
            return pullByAgent(agent.get().path("file").asText(), place);
        }
        PluginPath path = session.plugins().path();
        UnfinishedApply.requireConfirmed();
        HostSession.tellUnfinished(terminal);
        try (Follower follower = source.follow(session.plugins(), path)) {
            follower.notes().forEach(note -> terminal.complain("note: " + note));
            return pull(follower, new PullTarget(terminal, session, path)).status();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "what happened cannot be remembered: " + e.getMessage());
        }
    }

    private ExitCode pull(Follower follower, PullTarget pulling) throws CommandFailure {
        SyncResult round = follower.round(again, pulling);
        String told = SyncResultText.of(round, follower.standing());
        if (round instanceof SyncResult.InForce inForce) {
            if (!inForce.fresh()) {
                pulling.mend(follower);
            }
            terminal.out().println(told);
        } else {
            terminal.complain(told);
            pulling.mend(follower);
        }
        return SyncResultText.exitCode(round);
    }

    /** An agent's host has one writer: the agent. */
    private int pullByAgent(String agentsFile, SourceRef place) throws CommandFailure {
        if (!agentsFile.equals(place.toString())) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "an agent keeps this host as " + agentsFile + " says (have it follow " + place
                            + ", or stop the agent first)");
        }
        return AgentClient.relay(Map.of("command", "pull", "again", again, "colour", terminal.colour()), terminal);
    }
}
