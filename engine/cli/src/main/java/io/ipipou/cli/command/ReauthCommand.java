package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.cli.agent.AgentClient;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "reauth", description = "Make the agent send authentication packets to servers now.")
public final class ReauthCommand extends CliCommand {

    @Parameters(arity = "0..*", paramLabel = "TUNNEL", description = "Tunnels of mode client. Default: all.")
    private List<String> tunnels = new ArrayList<>();

    public ReauthCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    ExitCode run() throws CommandFailure {
        JsonNode answer = AgentClient.ask(Map.of("command", "reauth", "tunnels", tunnels))
                .orElseThrow(() -> CommandFailure.failed("no agent answers at "
                        + ControlClient.in(Directories.run()).path() + " (start it with: ipipou agent)"));
        List<String> sent = new ArrayList<>();
        answer.path("tunnels").forEach(name -> sent.add(name.asText()));
        sent.forEach(name -> terminal.println(name + ": authentication packet sent"));
        List<String> others = new ArrayList<>(tunnels);
        others.removeAll(sent);
        if (!others.isEmpty()) {
            throw CommandFailure.failed("not a tunnel of mode client: " + String.join(", ", others));
        }
        if (sent.isEmpty()) {
            throw CommandFailure.failed("the agent has no tunnel of mode client");
        }
        return ExitCode.OK;
    }
}
