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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "reauth",
        mixinStandardHelpOptions = true,
        description =
                "Has the agent prove this host again, now, in each TUNNEL of mode client; in all when none is named.")
public final class ReauthCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(arity = "0..*", paramLabel = "TUNNEL", description = "Names of tunnels.")
    private List<String> tunnels = new ArrayList<>();

    public ReauthCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws CommandFailure {
        JsonNode answer = AgentClient.ask(Map.of("command", "reauth", "tunnels", tunnels))
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.FAILED,
                        "no agent answers at "
                                + ControlClient.in(Directories.run()).path()
                                + " (start it with: ipipou agent)"));
        List<String> proved = new ArrayList<>();
        answer.path("tunnels").forEach(name -> proved.add(name.asText()));
        proved.forEach(name -> terminal.out().println(name + ": a proof was sent"));
        List<String> others = new ArrayList<>(tunnels);
        others.removeAll(proved);
        if (!others.isEmpty() || proved.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    others.isEmpty()
                            ? "the agent has no tunnel of mode client"
                            : "no tunnel of mode client: " + String.join(", ", others));
        }
        return ExitCode.OK.status();
    }
}
