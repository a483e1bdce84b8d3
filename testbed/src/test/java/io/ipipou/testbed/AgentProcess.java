package io.ipipou.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ipipou agent} as a process in a namespace; like all under {@code ip netns exec}, it sees the files of /etc/netns/NAME in /etc. */
final class AgentProcess implements AutoCloseable {

    /** The directory of a plugin that is built outside of this project; every agent loads it. */
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
     * Starts an agent and waits until it is ready.
     *
     * @param directory for its file, its socket and its state
     * @param options of {@code ipipou agent}
     */
    static AgentProcess start(NetworkNamespace host, Path directory, String yaml, String... options)
            throws IOException {
        writeFile(directory, yaml);
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", host.name()));
        command.addAll(command(directory, options));
        return new AgentProcess(Background.start(command).awaitLine("the agent is ready"), ControlClient.in(directory));
    }

    /** Runs an agent that is expected to end at once, in the calling thread's namespace. */
    static Command.Result attempt(Path directory, String yaml) throws IOException {
        writeFile(directory, yaml);
        return Command.tryRun(command(directory), "");
    }

    private static void writeFile(Path directory, String yaml) throws IOException {
        Files.writeString(Files.createDirectories(directory).resolve(FILE), yaml);
    }

    private static List<String> command(Path directory, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "IPIPOU_RUN_DIR=" + directory,
                "IPIPOU_STATE_DIR=" + directory,
                "IPIPOU_PLUGIN_PATH=" + THIRD_PARTY,
                "IPIPOU_JAVA_OPTIONS=-XX:CompileThresholdScaling=1", // it ends before earlier compilation would pay
                Distribution.LAUNCHER,
                "agent"));
        command.addAll(List.of(options));
        command.add(directory.resolve(FILE).toString());
        return command;
    }

    /** Waits until it logs a line that contains the text. */
    void awaitLine(String text) {
        process.awaitLine(text);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The status of this tunnel's peer. */
    JsonNode peer(String tunnel) throws IOException {
        return control.ask(Map.of("command", "status"))
                .orElseThrow()
                .path("peers")
                .path(tunnel);
    }

    /** Ends it and returns all that it printed. */
    String end() {
        return process.interrupt();
    }

    /** Kills it (SIGKILL). */
    void kill() {
        process.kill();
    }

    /** Ends it; the tunnels stay. */
    @Override
    public void close() {
        end();
    }
}
