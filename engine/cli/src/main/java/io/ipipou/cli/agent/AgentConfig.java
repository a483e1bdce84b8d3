package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.converge.ConfigState;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.host.ApplyTarget;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.config.Config;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.BackendException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Where an agent's configuration comes from. */
public interface AgentConfig extends Closeable {

    /** What the agent starts with. */
    InitialConfig initial() throws CommandFailure;

    /** An apply was confirmed or rolled back. */
    default void decided() {}

    /** For messages. */
    String name();

    /** The same for every way to name the same configuration. */
    String identity();

    /** Applies new revisions to the running agent, until the result is closed. */
    default Closeable follow(Agent agent) {
        return () -> {};
    }

    /** Re-reads the configuration now. */
    void reload(Agent agent);

    /** What the agent does, in one line: {@code manages this host from FILE: 5 tunnels up, 2 deferred}. */
    default String status(Agent agent) {
        ConfigState state = agent.configState();
        long waiting = agent.peerCounts().waiting();
        return "manages this host from " + name() + (state == ConfigState.IN_FORCE ? "" : " (" + state.text() + ")")
                + ": " + agent.convergence().summary() + (waiting == 0 ? "" : ", " + waiting + " waiting for a peer");
    }

    /** For {@code ipipou apply}: re-reads the configuration and applies it. */
    ExitCode apply(Agent agent, ApplyOptions options, Terminal caller) throws CommandFailure;

    /** The agent, as what applies configurations. */
    static ApplyTarget target(Agent agent) {
        return new ApplyTarget() {
            @Override
            public ApplyReport apply(Config config, ApplyRequest request) throws CommandFailure {
                try {
                    return agent.apply(config, request);
                } catch (BackendException e) {
                    throw CommandFailure.of(e);
                } catch (NotAppliedException e) {
                    throw CommandFailure.failed(e);
                }
            }

            @Override
            public boolean requiresRestart(Config config) {
                return agent.config().settings().requiresRestart(config.settings());
            }
        };
    }

    /** For {@code ipipou pull}: syncs with the repository now. */
    default ExitCode pull(Agent agent, boolean retry, ApplyOptions options, Terminal caller)
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
