package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.agent.follow.RunningAgent;
import io.ipipou.agent.follow.SourceFollower;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.PullTarget;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.cli.render.SourceStatus;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.backend.BackendException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** An agent's file where it comes from a source. */
public final class FollowedFile implements AgentFile {

    private final Follower follower;
    private final Config first;
    private final Duration interval;
    private volatile Optional<SourceFollower> watch = Optional.empty();

    private FollowedFile(Follower follower, Config first, Duration interval) {
        this.follower = follower;
        this.first = first;
        this.interval = interval;
    }

    /**
     * With the last good revision, so that an agent starts without its source; where there is none, or it is right no
     * longer, with the newest, which is put in force as {@code pull} does.
     */
    public static FollowedFile open(
            SourceOptions source, Duration interval, HostSession session, PluginPath path, Terminal terminal)
            throws CommandFailure {
        Follower follower = source.follow(session.plugins(), path);
        boolean opened = false;
        try {
            follower.notes().forEach(note -> terminal.complain("note: " + note));
            Optional<LoadedConfig> remembered = remembered(follower, terminal);
            Config first = remembered.isPresent()
                    ? remembered.get().config()
                    : newest(follower, new PullTarget(terminal, session, path));
            opened = true;
            return new FollowedFile(follower, first, interval);
        } finally {
            if (!opened) {
                close(follower, terminal);
            }
        }
    }

    private static void close(Follower follower, Terminal terminal) {
        try {
            follower.close();
        } catch (IOException e) {
            terminal.complain("what happened cannot be remembered: " + e.getMessage());
        }
    }

    private static Optional<LoadedConfig> remembered(Follower follower, Terminal terminal) {
        try {
            Optional<LoadedConfig> good = follower.good();
            good.ifPresent(file -> PullTarget.warn(file, terminal));
            return good;
        } catch (ConfigException e) {
            terminal.complain(e.getMessage() + "\nthe revision that was in force cannot be any more");
            return Optional.empty();
        }
    }

    private static Config newest(Follower follower, PullTarget pulling) throws CommandFailure {
        SyncResult round = follower.round(true, pulling);
        if (!(round instanceof SyncResult.InForce)) {
            throw new CommandFailure(SyncResultText.exitCode(round), SyncResultText.of(round, follower.standing()));
        }
        try {
            return follower.good().orElseThrow().config();
        } catch (ConfigException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Config first() {
        return first;
    }

    @Override
    public String name() {
        return follower.standing().place().toString();
    }

    @Override
    public Closeable follow(Agent agent) {
        SourceFollower started = SourceFollower.start(
                follower, new RunningAgent(agent::reload, first), interval, () -> ThreadLocalRandom.current()
                        .nextDouble());
        watch = Optional.of(started);
        return started::close;
    }

    /** An operator's word: a revision that was refused is tried again, too. */
    @Override
    public String reload(Agent agent) {
        watch.ifPresent(there -> there.askSoon(true));
        return "keeps the host as " + name() + " says";
    }

    @Override
    public Map<String, ControlServer.Handler> handlers(Agent agent) {
        return Map.of(
                "ping",
                question -> Map.of("file", name()),
                "apply",
                question -> AgentAnswer.to(question, there -> mend(agent, there)),
                "pull",
                question -> AgentAnswer.to(
                        question, there -> pull(agent, question.path("again").asBoolean(), there)));
    }

    /** What {@code ipipou pull} of it does, and prints. */
    private ExitCode pull(Agent agent, boolean again, Terminal there)
            throws CommandFailure, BackendException, UnresolvableException, IOException {
        SyncResult round = watch.orElseThrow(() -> new IOException("the agent only begins, ask again"))
                .ask(again);
        String told = SyncResultText.of(round, follower.standing());
        if (!(round instanceof SyncResult.InForce)) {
            there.complain(told);
        }
        mend(agent, there);
        if (round instanceof SyncResult.InForce) {
            there.out().println(told);
        }
        return SyncResultText.exitCode(round);
    }

    /** What {@code ipipou apply} of it does, and prints. */
    private ExitCode mend(Agent agent, Terminal there) throws CommandFailure, BackendException, UnresolvableException {
        ApplyOutput changing = new ApplyOutput(there, SyncResultText.name(follower.standing()));
        ApplyReport report = agent.apply();
        changing.announce(report.plan());
        changing.conclude(report);
        return ExitCode.OK;
    }

    @Override
    public Map<String, Object> status(Map<String, Object> agents) {
        Map<String, Object> all = new LinkedHashMap<>(agents);
        all.put("source", SourceStatus.document(follower.standing()));
        return all;
    }

    @Override
    public Optional<Supplier<SyncStatus>> standing() {
        return Optional.of(follower::standing);
    }

    /** Where nobody follows any more. */
    @Override
    public void close() throws IOException {
        if (watch.isEmpty()) {
            follower.close();
        }
    }
}
