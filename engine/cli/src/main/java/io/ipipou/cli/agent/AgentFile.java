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

/** Where an agent's file comes from. */
public interface AgentFile extends Closeable {

    /** What the agent is started with. */
    Config first() throws CommandFailure;

    /** What messages call it. */
    String name();

    /** Has the running agent taken to what is new in it, until the result is closed. */
    Closeable follow(Agent agent);

    /** Takes to it now; returns what the service manager is told. */
    String reload(Agent agent);

    /** What other commands can ask of the agent about it, {@code ping} among it. */
    Map<String, ControlServer.Handler> handlers(Agent agent);

    /** How the agent stands to the source that it follows, for any thread; empty where it follows none. */
    default Optional<Supplier<SyncStatus>> standing() {
        return Optional.empty();
    }

    /** What the agent tells of itself, and what is to be told of the file. */
    default Map<String, Object> status(Map<String, Object> agents) {
        return agents;
    }
}
