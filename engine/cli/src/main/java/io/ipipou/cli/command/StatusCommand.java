package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.TunnelSelection;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description =
                "Show tunnels and peers: state, traffic, endpoints, drift and, for what does not work, the reason.")
public final class StatusCommand extends CliCommand {

    @Option(names = "--json", description = "Print the status as JSON.")
    private boolean json;

    @Mixin
    private final TunnelSelection selection = new TunnelSelection();

    @Mixin
    private final HostSession session;

    public StatusCommand(Terminal terminal) {
        super(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        UnfinishedApply.printNote(terminal);
        Config config = selection.file(terminal).readIfPresent(session.plugins());
        List<String> configured = TunnelSelection.tunnelsOf(config);
        selection.requireNoFiles("status", configured);
        HostStatus all = session.read(config, (backend, reconciler) -> {
            Plan plan = reconciler.plan();
            Optional<JsonNode> agent = AgentClient.ask(Map.of("command", "status"));
            return HostStatus.of(
                    TunnelStatus.of(configured, backend.observe(), backend.counters(), plan),
                    plan,
                    reconciler.resolution().orElseThrow(),
                    backend.ruleCounters(),
                    agent,
                    source(agent));
        });
        HostStatus status = all.only(
                selection.select(all.tunnels().stream().map(TunnelStatus::name).toList()));
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
