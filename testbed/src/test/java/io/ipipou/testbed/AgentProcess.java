package io.ipipou.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.cli.Ipipou;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code ipipou agent} as a process of its own in a namespace, which sees the files of {@code /etc/netns/NAME} in /etc. */
final class AgentProcess implements AutoCloseable {

    /** The project's root. */
    static final Path ROOT = Path.of(System.getProperty("ipipou.root", ".."));

    /** A jar that was built by itself, against the SPI alone; every agent finds it. */
    static final Path THIRD_PARTY =
            ROOT.resolve("examples/third-party-auth/target").toAbsolutePath();

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
     */
    static AgentProcess start(NetworkNamespace host, Path directory, String yaml) throws IOException {
        Path file = Files.writeString(Files.createDirectories(directory).resolve("tunnels.yaml"), yaml);
        Background process = Background.start(List.of(
                "ip",
                "netns",
                "exec",
                host.name(),
                "env",
                "IPIPOU_RUN_DIR=" + directory,
                "IPIPOU_STATE_DIR=" + directory,
                "IPIPOU_PLUGIN_PATH=" + THIRD_PARTY,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Ipipou.class.getName(),
                "agent",
                file.toString()));
        return new AgentProcess(process.awaitLine("the agent is ready"), ControlClient.in(directory));
    }

    /** What it tells of the peer of this tunnel. */
    JsonNode peer(String tunnel) throws IOException {
        return control.ask(Map.of("command", "status"))
                .orElseThrow()
                .path("peers")
                .path(tunnel);
    }

    /** Ends it in the middle of whatever it does. */
    void kill() {
        process.kill();
    }

    /** Ends it, which leaves the tunnels as they are. */
    @Override
    public void close() {
        process.interrupt();
    }
}
