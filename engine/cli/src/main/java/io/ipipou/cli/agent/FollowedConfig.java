package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.follow.RunningAgent;
import io.ipipou.agent.follow.SourceFollower;
import io.ipipou.cli.host.FollowedSource;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.PullTarget;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.BackendException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** An agent's configuration in a repository that it follows. */
public final class FollowedConfig implements AgentConfig {

    private final Follower follower;
    private final Config initial;
    private final Duration interval;
    private volatile Optional<SourceFollower> following = Optional.empty();

    private FollowedConfig(Follower follower, Config initial, Duration interval) {
        this.follower = follower;
        this.initial = initial;
        this.interval = interval;
    }

    /**
     * Starts with the last good revision, so that the agent does not need the repository to start. If there is none, or it
     * is no longer valid, pulls the newest one first.
     *
     * @param interval between syncs
     */
    public static FollowedConfig open(SourceOptions source, Duration interval, HostSession session, Terminal terminal)
            throws CommandFailure {
        Follower follower = FollowedSource.open(source, session.plugins(), terminal);
        try {
            Optional<LoadedConfig> lastGood = lastGood(follower, terminal);
            Config initial = lastGood.isPresent()
                    ? lastGood.get().config()
                    : pullFirst(follower, new PullTarget(terminal, session));
            return new FollowedConfig(follower, initial, interval);
        } catch (CommandFailure | RuntimeException e) {
            close(follower, terminal);
            throw e;
        }
    }

    private static void close(Follower follower, Terminal terminal) {
        try {
            follower.close();
        } catch (IOException e) {
            terminal.error("cannot save the state of the sync: " + e.getMessage());
        }
    }

    private static Optional<LoadedConfig> lastGood(Follower follower, Terminal terminal) {
        try {
            Optional<LoadedConfig> good = follower.lastGood();
            good.ifPresent(file -> PullTarget.printWarnings(file, terminal));
            return good;
        } catch (ConfigException e) {
            terminal.error(e.getMessage() + "\nthe last good revision is no longer valid");
            return Optional.empty();
        }
    }

    private static Config pullFirst(Follower follower, PullTarget target) throws CommandFailure {
        SyncResult result = follower.sync(true, target);
        if (!(result instanceof SyncResult.InForce)) {
            throw new CommandFailure(SyncResultText.exitCode(result), SyncResultText.of(result, follower.status()));
        }
        try {
            return follower.lastGood().orElseThrow().config();
        } catch (ConfigException e) {
            throw CommandFailure.of(e);
        }
    }

    @Override
    public Config initial() {
        return initial;
    }

    @Override
    public String name() {
        return follower.status().source().toString();
    }

    @Override
    public String identity() {
        return name();
    }

    @Override
    public Closeable follow(Agent agent) {
        SourceFollower started = SourceFollower.start(
                follower, new RunningAgent(agent::reload, initial), interval, () -> ThreadLocalRandom.current()
                        .nextDouble());
        following = Optional.of(started);
        return started::close;
    }

    /** Also tries again a revision that was rejected: an operator asked for it. */
    @Override
    public String reload(Agent agent) {
        following.ifPresent(source -> source.syncSoon(true));
        return "manages this host from " + name();
    }

    @Override
    public ExitCode pull(Agent agent, boolean retry, Terminal caller)
            throws CommandFailure, BackendException, IOException {
        SyncResult result = following
                .orElseThrow(() -> new IOException("the agent is still starting (try again)"))
                .sync(retry);
        String text = SyncResultText.of(result, follower.status());
        boolean inForce = result instanceof SyncResult.InForce;
        if (!inForce) {
            caller.error(text);
        }
        apply(agent, caller);
        if (inForce) {
            caller.println(text);
        }
        return SyncResultText.exitCode(result);
    }

    @Override
    public ExitCode apply(Agent agent, Terminal caller) throws CommandFailure, BackendException {
        ApplyOutput.ofFile(caller, SyncResultText.name(follower.status())).print(agent.apply());
        return ExitCode.OK;
    }

    @Override
    public Optional<Supplier<SyncStatus>> syncStatus() {
        return Optional.of(follower::status);
    }

    /** Once the agent follows the repository, closing {@link #follow} closes it. */
    @Override
    public void close() throws IOException {
        if (following.isEmpty()) {
            follower.close();
        }
    }
}
