package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.agent.follow.SourceFollower;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.host.FollowedSource;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.Pull;
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
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** An agent's configuration in a repository that it follows. */
public final class FollowedConfig implements AgentConfig {

    private final Follower follower;
    private final InitialConfig initial;
    private final Duration interval;
    private volatile Optional<SourceFollower> following = Optional.empty();

    private FollowedConfig(Follower follower, InitialConfig initial, Duration interval) {
        this.follower = follower;
        this.initial = initial;
        this.interval = interval;
    }

    /**
     * Starts with the revision that was last applied, so that the agent does not need the repository to start. If there is none, or it
     * is no longer valid, pulls the newest one first.
     *
     * @param interval between syncs
     */
    public static FollowedConfig open(SourceOptions source, Duration interval, HostSession session, Terminal terminal)
            throws CommandFailure {
        Follower follower = FollowedSource.open(source, session.plugins(), terminal);
        try {
            Optional<Config> applied = read(follower::applied, terminal);
            Config initial = applied.isPresent()
                    ? applied.get()
                    : pullFirst(follower, new PullTarget(session::apply, ApplyOptions.NONE, terminal));
            Optional<Config> before = follower.status().unconfirmed().isPresent()
                    ? read(follower::lastGood, terminal)
                    : Optional.of(initial);
            return new FollowedConfig(
                    follower, new InitialConfig(initial, follower.unconfirmedApply(), before, false), interval);
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

    private interface Revision {
        Optional<LoadedConfig> read() throws ConfigException;
    }

    private static Optional<Config> read(Revision revision, Terminal terminal) {
        try {
            Optional<LoadedConfig> file = revision.read();
            file.ifPresent(found -> PullTarget.printWarnings(found, terminal));
            return file.map(LoadedConfig::config);
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
    public InitialConfig initial() {
        return initial;
    }

    @Override
    public void decided() {
        following.ifPresent(source -> source.syncSoon(false));
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
        Terminal nowhere = new Terminal(
                new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false); // the agent logs
        PullTarget target = new PullTarget(AgentConfig.target(agent), ApplyOptions.NONE, nowhere);
        SourceFollower started =
                SourceFollower.start(follower, target.inBackground(), interval, () -> ThreadLocalRandom.current()
                        .nextDouble());
        following = Optional.of(started);
        return started::close;
    }

    /** Also tries again a revision that was rejected: an operator asked for it. */
    @Override
    public void reload(Agent agent) {
        following.ifPresent(source -> source.syncSoon(true));
    }

    @Override
    public ExitCode pull(Agent agent, boolean retry, ApplyOptions options, Terminal caller)
            throws CommandFailure, IOException {
        SourceFollower source = following.orElseThrow(() -> new IOException("the agent is still starting (try again)"));
        Pull pull = source::sync;
        return pull.run(retry, new PullTarget(AgentConfig.target(agent), options, caller), follower);
    }

    @Override
    public ExitCode apply(Agent agent, ApplyOptions options, Terminal caller) throws CommandFailure {
        return options.apply(
                agent.config(),
                AgentConfig.target(agent),
                ApplyOutput.ofFile(caller, SyncResultText.name(follower.status())));
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
