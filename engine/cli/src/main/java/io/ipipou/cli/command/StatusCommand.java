package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.HostStatus;
import io.ipipou.cli.render.SourceStatus;
import io.ipipou.cli.render.StatusText;
import io.ipipou.cli.render.TunnelStatus;
import io.ipipou.core.config.Config;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.source.SyncStateFiles;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "status", description = "Show tunnels and peers: state, traffic, endpoints and drift.")
public final class StatusCommand extends HostCommand {

    @Option(names = "--json", description = "Print the status as JSON.")
    private boolean json;

    public StatusCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        UnfinishedApply.printNote(terminal);
        Config config = file.readIfPresent(session.plugins());
        HostStatus status = session.read(config, (backend, reconciler) -> {
            Plan plan = reconciler.plan();
            Optional<JsonNode> agent = AgentClient.ask(Map.of("command", "status"));
            return new HostStatus(
                    TunnelStatus.of(backend.observe(), backend.counters(), plan),
                    HostStatus.peers(reconciler.resolution().orElseThrow()),
                    backend.ruleCounters(),
                    agent,
                    source(agent));
        });
        terminal.print(json ? Json.pretty(status.document()) : StatusText.of(status));
        return ExitCode.OK;
    }

    /** The agent's repository, or without an agent that of the last pull. */
    private Optional<JsonNode> source(Optional<JsonNode> agent) {
        if (agent.isPresent()) {
            return agent.map(answer -> answer.path("source")).filter(JsonNode::isObject);
        }
        try {
            return new SyncStateFiles(Directories.state())
                    .status()
                    .map(SourceStatus::document)
                    .map(Json::tree);
        } catch (IOException e) {
            terminal.note(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
