package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.BackendException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Where an agent's configuration comes from. */
public interface AgentConfig extends Closeable {

    /** The configuration that the agent starts with. */
    Config initial() throws CommandFailure;

    /** For messages. */
    String name();

    /** The same for every way to name the same configuration. */
    String identity();

    /** Applies new revisions to the running agent, until the result is closed. */
    default Closeable follow(Agent agent) {
        return () -> {};
    }

    /**
     * Re-reads the configuration now.
     *
     * @return status text for the service manager
     */
    String reload(Agent agent);

    /** For {@code ipipou apply}: re-applies the configuration. */
    ExitCode apply(Agent agent, Terminal caller) throws CommandFailure, BackendException;

    /** For {@code ipipou pull}: syncs with the repository now. */
    default ExitCode pull(Agent agent, boolean retry, Terminal caller)
            throws CommandFailure, BackendException, IOException {
        throw CommandFailure.failed("the agent does not follow a repository (start it with --repo)");
    }

    /** The status of the repository that the agent follows, for any thread; empty if it follows none. */
    default Optional<Supplier<SyncStatus>> syncStatus() {
        return Optional.empty();
    }

    @Override
    default void close() throws IOException {}
}
