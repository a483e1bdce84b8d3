package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.core.config.Config;
import io.ipipou.core.source.SyncStatus;
import java.io.Closeable;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where an agent's configuration comes from. */
public interface AgentConfig extends Closeable {

    /** The configuration that the agent starts with. */
    Config initial() throws CommandFailure;

    /** For messages. */
    String name();

    /** Applies new revisions to the running agent, until the result is closed. */
    Closeable follow(Agent agent);

    /**
     * Re-reads the configuration now.
     *
     * @return status text for the service manager
     */
    String reload(Agent agent);

    /** What other commands can ask the agent about its configuration, {@code ping} included. */
    Map<String, ControlServer.Handler> handlers(Agent agent);

    /** The status of the repository that the agent follows, for any thread; empty if it follows none. */
    default Optional<Supplier<SyncStatus>> syncStatus() {
        return Optional.empty();
    }
}
