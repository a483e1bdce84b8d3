package io.ipipou.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.agent.service.ServiceManager;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.HostException;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = {
            "Keeps the host as FILE says, lets in peers that prove themselves, and proves this host to others.",
            "SIGHUP reads FILE again, SIGUSR1 proves this host again, SIGTERM ends the agent and leaves the tunnels up."
        })
final class AgentCommand implements Callable<Integer> {

    /** How long a write may take before the service manager is told of no beat. */
    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(50);

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

    AgentCommand(Terminal terminal) {
        this.terminal = terminal;
        this.file = new ConfigFile(terminal);
        this.session = new HostSession(terminal);
    }

    @Override
    public Integer call() throws CommandFailure {
        PluginPath path = session.plugins().path();
        Config config = file.read(session.plugins(), path);
        Path run = HostSession.runDirectory();
        CountDownLatch end = new CountDownLatch(1);
        try {
            Files.createDirectories(run);
            Path socket = ControlClient.in(run).path();
            if (ControlClient.in(run).isAnswered()) {
                throw new CommandFailure(ExitCode.LOCKED, "another agent runs on this host: it answers at " + socket);
            }
            Agent.Setup setup = new Agent.Setup(
                    session.provider(config, path),
                    session.plugins().schemes(path),
                    NameResolver.SYSTEM,
                    Clock.systemUTC(),
                    run,
                    HostSession.stateDirectory(),
                    drift == Drift.repair);
            try (Agent agent = Agent.start(config, setup);
                    ControlServer control = ControlServer.start(socket, handlers(agent, path));
                    ServiceManager manager = ServiceManager.of(System.getenv())) {
                Signals.on("HUP", () -> {
                    manager.reloading();
                    manager.reloaded(reload(agent, path));
                });
                Signals.on("USR1", () -> agent.reauthenticate(Set.of()));
                Signals.on("TERM", end::countDown);
                Signals.on("INT", end::countDown);
                terminal.complain("the agent is ready (" + file.name() + ")");
                manager.ready("keeps the host as " + file.name() + " says", () -> agent.isWell(WRITE_PATIENCE));
                end.await();
            }
        } catch (BackendException e) {
            throw HostSession.failure(e);
        } catch (HostException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK.status();
    }

    private Map<String, ControlServer.Handler> handlers(Agent agent, PluginPath path) {
        return Map.of(
                "ping", question -> Map.of("file", file.identity()),
                "apply", question -> apply(agent, path, question),
                "reauth", question -> reauthenticate(agent, question),
                "status", question -> AgentStatus.document(agent));
    }

    /** What {@code ipipou apply} of the agent's own file does, and prints. */
    private Map<String, Object> apply(Agent agent, PluginPath path, JsonNode question) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal there = new Terminal(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                question.path("colour").asBoolean());
        ExitCode exitCode = ExitCode.OK;
        try {
            Changing changing = new Changing(there, file.shortName());
            ApplyReport report = agent.reload(file.read(session.plugins(), path));
            changing.announce(report.plan());
            changing.conclude(report);
        } catch (CommandFailure e) {
            exitCode = e.exitCode();
            there.complain(String.valueOf(e.getMessage()));
        } catch (BackendException | HostException e) {
            exitCode = ExitCode.FAILED;
            there.complain(String.valueOf(e.getMessage()));
        }
        return Map.of("out", out.toString(), "err", err.toString(), "exit", exitCode.status());
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

    /** Returns what the service manager is told. */
    private String reload(Agent agent, PluginPath path) {
        try {
            agent.reload(file.read(session.plugins(), path));
            terminal.complain(file.name() + " was read again and is in force");
            return "keeps the host as " + file.name() + " says";
        } catch (CommandFailure | BackendException | HostException e) {
            terminal.complain(e.getMessage() + "\nwhat was in force stays so");
            return "what was in force stays so: " + file.name() + " could not be read again or put in force";
        }
    }
}
