package io.ipipou.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.Agent;
import io.ipipou.agent.auth.ReplayKeys;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.metrics.Metrics;
import io.ipipou.agent.service.ServiceManager;
import io.ipipou.cli.agent.AgentConfig;
import io.ipipou.cli.agent.DiskConfig;
import io.ipipou.cli.agent.FollowedConfig;
import io.ipipou.cli.agent.PeerReset;
import io.ipipou.cli.agent.RelayedCommand;
import io.ipipou.cli.guard.Decision;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.option.AgentOptions;
import io.ipipou.cli.option.DurationConverter;
import io.ipipou.cli.option.SourceOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Signals;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.process.Version;
import io.ipipou.cli.render.AgentStatus;
import io.ipipou.cli.render.SourceStatus;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "agent",
        description = {
            "Keep this host matching FILE or a git repository, authenticate peers, and authenticate to servers.",
            "SIGHUP re-reads FILE or the repository, SIGUSR1 authenticates to servers again,"
                    + " SIGTERM stops the agent and leaves the tunnels up."
        })
public final class AgentCommand extends HostCommand {

    /** If a write takes longer, the watchdog is not fed, and the service manager restarts the agent. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(50);

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    /** Instead of FILE. */
    static final class Repository extends SourceOptions {
        @Option(
                names = "--every",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                description = "Time between syncs with the repository, give or take 10 percent. Default: 60s.")
        private Duration interval = Duration.ofSeconds(60);
    }

    @Mixin
    private final AgentOptions options = new AgentOptions();

    @ArgGroup(validate = false, heading = "%nTo follow a repository instead of FILE:%n")
    private @Nullable Repository repository;

    public AgentCommand(Terminal terminal) {
        super(terminal.withoutProgress());
    }

    @Override
    ExitCode run() throws CommandFailure {
        Path directory = Directories.run();
        CountDownLatch end = new CountDownLatch(1);
        try {
            Files.createDirectories(directory);
            ControlClient other = ControlClient.in(directory);
            if (other.isAgentRunning()) {
                throw new CommandFailure(
                        ExitCode.LOCKED, "another agent runs on this host; it answers at " + other.path());
            }
            try (AgentConfig config = config();
                    Agent agent = start(config);
                    Closeable following = config.follow(agent);
                    Closeable metrics = serveMetrics(agent, config);
                    ControlServer control = ControlServer.start(other.path(), handlers(agent, config));
                    ServiceManager manager = ServiceManager.of(System.getenv())) {
                Signals.on("HUP", () -> {
                    manager.reloading();
                    config.reload(agent);
                    manager.reloaded();
                });
                Signals.on("USR1", () -> agent.reauthenticate(Set.of()));
                Signals.on("TERM", end::countDown);
                Signals.on("INT", end::countDown);
                Event.AGENT_READY.log(LOG, config.name());
                manager.ready(() -> config.status(agent), () -> agent.isHealthy(WRITE_TIMEOUT));
                end.await();
            }
        } catch (BackendException e) {
            throw CommandFailure.of(e);
        } catch (IOException e) {
            throw CommandFailure.failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private AgentConfig config() throws CommandFailure {
        if (repository == null) {
            return new DiskConfig(file, session.plugins());
        }
        if (file.isGiven()) {
            throw CommandFailure.usage("FILE and --repo exclude each other (give one of them)");
        }
        return FollowedConfig.open(repository, repository.interval, session, terminal);
    }

    private Agent start(AgentConfig from) throws CommandFailure, BackendException, IOException {
        InitialConfig initial = from.initial();
        Agent.Setup setup = new Agent.Setup(
                session.provider(initial.config()),
                session.plugins().schemes(),
                NameResolver.SYSTEM,
                Clock.systemUTC(),
                Directories.run(),
                Directories.state(),
                options.repairsDrift());
        return Agent.start(initial, setup);
    }

    /** Without --metrics no class of it is loaded. */
    private Closeable serveMetrics(Agent agent, AgentConfig config) throws BackendException, IOException {
        return options.metrics().isPresent()
                ? Metrics.start(options.metrics().get(), agent, Version.number(), config.syncStatus())
                : () -> {};
    }

    private Map<String, ControlServer.Handler> handlers(Agent agent, AgentConfig config) {
        return Map.of(
                "ping", question -> Map.of("file", config.identity()),
                "status", question -> status(agent, config),
                "reauth", question -> reauthenticate(agent, question),
                "peer-reset", question -> RelayedCommand.run(question, caller -> resetPeer(agent, question, caller)),
                "apply",
                        question -> RelayedCommand.run(
                                question, caller -> config.apply(agent, ApplyOptions.of(question), caller)),
                "confirm", question -> decide(agent, config, Decision.Verb.CONFIRM, question),
                "rollback", question -> decide(agent, config, Decision.Verb.ROLL_BACK, question),
                "pull",
                        question -> RelayedCommand.run(
                                question,
                                caller -> config.pull(
                                        agent, question.path("again").asBoolean(), ApplyOptions.of(question), caller)));
    }

    private Map<String, Object> decide(Agent agent, AgentConfig config, Decision.Verb verb, JsonNode question) {
        Decision decision = Decision.of(verb, question);
        return RelayedCommand.run(question, caller -> {
            caller.println(agent.<String, CommandFailure>decide(() -> decision.carryOut(session)));
            config.decided();
            return ExitCode.OK;
        });
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

    private ExitCode resetPeer(Agent agent, JsonNode question, Terminal caller) throws CommandFailure, IOException {
        ReplayKeys keys = ReplayKeys.of(agent.config(), session.plugins().schemes());
        return new PeerReset(question.path("peer").asText(), keys).run(agent::forgetReplays, caller);
    }

    private static Map<String, Object> status(Agent agent, AgentConfig config) throws BackendException {
        Map<String, Object> document = AgentStatus.document(agent);
        document.put("summary", config.status(agent));
        document.put("configuration", agent.configState().name().toLowerCase(Locale.ROOT));
        config.syncStatus().ifPresent(status -> document.put("source", SourceStatus.document(status.get())));
        return document;
    }
}
