package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.HostStatus;
import io.ipipou.cli.render.SourceStatus;
import io.ipipou.cli.render.TunnelStatus;
import io.ipipou.core.config.Config;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plugin.PluginPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows each tunnel's state, endpoints, traffic and drift. Read only.")
public final class StatusCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    @Option(names = "--json", description = "Print the status as JSON.")
    private boolean json;

    public StatusCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        PluginPath path = session.plugins().path();
        HostSession.tellUnfinished(terminal);
        HostStatus status = session.read(config(path), path, (backend, reconciler) -> {
            Plan plan = reconciler.plan();
            return new HostStatus(
                    TunnelStatus.of(backend.observe(), backend.counters(), plan),
                    HostStatus.peers(reconciler.resolution().orElseThrow()),
                    backend.ruleCounters());
        });
        Optional<JsonNode> agent = AgentClient.ask(Map.of("command", "status"));
        Map<String, Object> document = status.document(agent);
        Optional<JsonNode> source = SourceStatus.find(agent, terminal);
        source.ifPresent(found -> document.put("source", found));
        terminal.out()
                .print(
                        json
                                ? Json.pretty(document)
                                : text(status.tunnels())
                                        + HostStatus.text(document)
                                        + source.map(SourceStatus::text).orElse(""));
        return ExitCode.OK.status();
    }

    private Config config(PluginPath path) throws CommandFailure {
        return file.isGiven() || file.exists() ? file.read(session.plugins(), path) : HostSession.NO_TUNNELS;
    }

    private static String text(List<TunnelStatus> tunnels) {
        if (tunnels.isEmpty()) {
            return "No tunnels.\n";
        }
        StringBuilder out = new StringBuilder(line("TUNNEL", "STATE", "RECEIVED", "SENT", "ENDPOINTS"));
        for (TunnelStatus tunnel : tunnels) {
            out.append(line(
                    tunnel.name(),
                    tunnel.state().toString(),
                    tunnel.counters()
                            .map(c -> traffic(c.receivedPackets(), c.receivedBytes()))
                            .orElse("-"),
                    tunnel.counters()
                            .map(c -> traffic(c.sentPackets(), c.sentBytes()))
                            .orElse("-"),
                    tunnel.endpoints().orElse("-")));
            tunnel.drift().forEach(change -> out.append("  ")
                    .append(change.action().sign())
                    .append(' ')
                    .append(change.id())
                    .append('\n'));
        }
        return out.toString();
    }

    private static String line(String name, String state, String received, String sent, String endpoints) {
        return "%-16s %-8s %-24s %-24s %s"
                        .formatted(name, state, received, sent, endpoints)
                        .stripTrailing() + "\n";
    }

    private static String traffic(long packets, long bytes) {
        return Long.toUnsignedString(packets) + " packets " + Long.toUnsignedString(bytes) + " B";
    }
}
