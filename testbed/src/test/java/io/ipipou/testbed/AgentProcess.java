package io.ipipou.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ipipou agent} as a process of its own in a namespace, which sees the files of {@code /etc/netns/NAME} in /etc. */
final class AgentProcess implements AutoCloseable {

    /** A jar that was built by itself, against the SPI alone; every agent finds it. */
    static final Path THIRD_PARTY =
            Distribution.ROOT.resolve("examples/third-party-auth/target").toAbsolutePath();

    private static final String FILE = "tunnels.yaml";

    private final Background process;
    private final ControlClient control;

    private AgentProcess(Background process, ControlClient control) {
        this.process = process;
        this.control = control;
    }

    /**
     * Starts it; ready when this returns.
     *
     * @param directory its own, for its file, its socket and what it remembers
     * @param options of {@code ipipou agent}
     */
    static AgentProcess start(NetworkNamespace host, Path directory, String yaml, String... options)
            throws IOException {
        Files.writeString(Files.createDirectories(directory).resolve(FILE), yaml);
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", host.name()));
        command.addAll(command(directory, options));
        return new AgentProcess(Background.start(command).awaitLine("the agent is ready"), ControlClient.in(directory));
    }

    /** Has another agent with the same file and directory run to its end, in the calling thread's namespace. */
    static Command.Result attempt(Path directory) {
        return Command.tryRun(command(directory), "");
    }

    private static List<String> command(Path directory, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "IPIPOU_RUN_DIR=" + directory,
                "IPIPOU_STATE_DIR=" + directory,
                "IPIPOU_PLUGIN_PATH=" + THIRD_PARTY,
                "IPIPOU_JAVA_OPTIONS=-XX:CompileThresholdScaling=1", // it does not live for long enough to gain by less
                Distribution.LAUNCHER,
                "agent"));
        command.addAll(List.of(options));
        command.add(directory.resolve(FILE).toString());
        return command;
    }

    /** Reads what it logs up to a line that contains the text. */
    void awaitLine(String text) {
        process.awaitLine(text);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it tells of the peer of this tunnel. */
    JsonNode peer(String tunnel) throws IOException {
        return control.ask(Map.of("command", "status"))
                .orElseThrow()
                .path("peers")
                .path(tunnel);
    }

    /** Ends it, and returns what it printed after it was ready. */
    String end() {
        return process.interrupt();
    }

    /** Ends it in the middle of whatever it does. */
    void kill() {
        process.kill();
    }

    /** Ends it, which leaves the tunnels as they are. */
    @Override
    public void close() {
        end();
    }
}
