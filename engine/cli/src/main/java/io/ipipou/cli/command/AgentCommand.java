package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.service.ServiceManager;
import io.ipipou.cli.agent.AgentFile;
import io.ipipou.cli.agent.DiskFile;
import io.ipipou.cli.agent.FollowedFile;
import io.ipipou.cli.host.HostSession;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.LogOptions;
import io.ipipou.cli.option.MetricsOptions;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Signals;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.AgentStatus;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Keeps the host as FILE says, lets in peers that prove themselves, and proves this host to others.",
            "With --repo, as the newest revision of a repository says, or the last good one.",
            "SIGHUP reads FILE again, or asks the repository, SIGUSR1 proves this host again, SIGTERM ends the agent and leaves the tunnels up."
        })
public final class AgentCommand implements Callable<Integer> {

    /** How long a write may take before the service manager is told of no beat. */
    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(50);

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    private final Terminal terminal;

    @Mixin
    private final ConfigFile file;

    @Mixin
    private final HostSession session;

    private enum Drift {
        repair,
        report
    }

    @Option(
            names = "--drift",
            paramLabel = "repair|report",
            defaultValue = "repair",
            description = "What to do when somebody changes what is ours: mend it (the default), or only log it.")
    private Drift drift = Drift.repair;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli sets its options
    private final LogOptions logs = new LogOptions();

    @Mixin
    private final MetricsOptions metrics = new MetricsOptions();

    @Mixin
    private final SourceOptions source = new SourceOptions();

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = SourceOptions.Time.class,
            description = "How often to ask the repository, give or take a tenth; default: 60s.")
    private Duration interval = Duration.ofSeconds(60);

    public AgentCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        PluginPath path = session.plugins().path();
        Path run = Directories.run();
        CountDownLatch end = new CountDownLatch(1);
        try {
            Files.createDirectories(run);
            Path socket = ControlClient.in(run).path();
            if (ControlClient.in(run).isAnswered()) {
                throw new CommandFailure(ExitCode.LOCKED, "another agent runs on this host: it answers at " + socket);
            }
            UnfinishedApply.requireConfirmed();
            try (AgentFile kept = kept(path);
                    Agent agent = start(kept.first(), path);
                    Closeable following = kept.follow(agent);
                    Closeable served = metrics.serve(agent, kept.standing());
                    ControlServer control = ControlServer.start(socket, handlers(agent, kept));
                    ServiceManager manager = ServiceManager.of(System.getenv())) {
                Signals.on("HUP", () -> {
                    manager.reloading();
                    manager.reloaded(kept.reload(agent));
                });
                Signals.on("USR1", () -> agent.reauthenticate(Set.of()));
                Signals.on("TERM", end::countDown);
                Signals.on("INT", end::countDown);
                Event.AGENT_READY.log(LOG, kept.name());
                manager.ready("keeps the host as " + kept.name() + " says", () -> agent.isWell(WRITE_PATIENCE));
                end.await();
            }
        } catch (BackendException e) {
            throw HostSession.failure(e);
        } catch (UnresolvableException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK.status();
    }

    private AgentFile kept(PluginPath path) throws CommandFailure {
        if (!source.isGiven()) {
            return new DiskFile(file, session.plugins(), path);
        }
        if (file.isGiven()) {
            throw new CommandFailure(ExitCode.USAGE, "both FILE and --repo (keep one of them)");
        }
        return FollowedFile.open(source, interval, session, path, terminal);
    }

    private Agent start(Config config, PluginPath path)
            throws CommandFailure, BackendException, UnresolvableException, IOException {
        Agent.Setup setup = new Agent.Setup(
                session.provider(config, path),
                session.plugins().schemes(path),
                NameResolver.SYSTEM,
                Clock.systemUTC(),
                Directories.run(),
                Directories.state(),
                drift == Drift.repair);
        return Agent.start(config, setup);
    }

    private static Map<String, ControlServer.Handler> handlers(Agent agent, AgentFile kept) {
        Map<String, ControlServer.Handler> handlers = new HashMap<>(kept.handlers(agent));
        handlers.put("reauth", question -> reauthenticate(agent, question));
        handlers.put("status", question -> kept.status(AgentStatus.document(agent)));
        return Map.copyOf(handlers);
    }

    private static Map<String, Object> reauthenticate(Agent agent, JsonNode question) {
        Set<LinkName> tunnels = new LinkedHashSet<>();
        question.path("tunnels").forEach(name -> LinkName.parse(name.asText()).ifPresent(tunnels::add));
        return Map.of(
                "tunnels",
                agent.reauthenticate(tunnels).stream()
                        .map(LinkName::value)
                        .sorted()
                        .toList());
    }
}
