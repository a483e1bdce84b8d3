package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.converge.ConfigState;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.agent.event.Event;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.host.UnfinishedApply;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Source;
import io.ipipou.spi.backend.BackendException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's configuration in a file of this host, which is re-read on request. */
public final class DiskConfig implements AgentConfig {

    private static final Logger LOG = LoggerFactory.getLogger(DiskConfig.class);

    private final ConfigFile file;
    private final PluginOptions plugins;
    private volatile boolean rejected;
    private Source applied = new Source("", new byte[0], Path.of(""));
    private Source before = applied;

    public DiskConfig(ConfigFile file, PluginOptions plugins) {
        this.file = file;
        this.plugins = plugins;
    }

    @Override
    public InitialConfig initial() throws CommandFailure {
        applied = file.source();
        Optional<FileBefore> stored =
                FileBefore.read().filter(found -> found.name().equals(file.name()) && found.wasReplacedBy(applied));
        Confirmation.State state = Confirmation.State.CONFIRMED;
        if (stored.isPresent()) {
            state = UnfinishedApply.stateOf(stored.get().apply());
            before = stored.get().source();
        }
        return switch (state) {
            case CONFIRMED -> InitialConfig.inForce(file.read(applied, plugins));
            case UNDECIDED ->
                new InitialConfig(
                        file.read(applied, plugins),
                        stored.map(FileBefore::apply),
                        Optional.of(file.read(before, plugins)),
                        false);
            case ROLLED_BACK -> {
                LOG.warn(
                        "{} was rolled back and has not changed since: the configuration before it is in force",
                        file.name());
                yield new InitialConfig(file.read(before, plugins), Optional.empty(), Optional.empty(), true);
            }
        };
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public String identity() {
        return file.identity();
    }

    @Override
    public synchronized void reload(Agent agent) {
        try {
            Source now = file.source();
            agent.apply(file.read(now, plugins), new ApplyRequest(plan -> {}, false));
            inForce(now);
            Event.CONFIG_RELOADED.log(LOG, file.name());
        } catch (CommandFailure | BackendException | NotAppliedException e) {
            rejected = true;
            Event.CONFIG_REJECTED.log(LOG, String.valueOf(e.getMessage()), file.name());
        }
    }

    private void inForce(Source now) throws CommandFailure {
        applied = now;
        rejected = false;
        FileBefore.remove();
    }

    @Override
    public String status(Agent agent) {
        String status = AgentConfig.super.status(agent);
        if (agent.configState() == ConfigState.ROLLED_BACK) {
            return status + "; the file on disk is not in force (correct it, and run ipipou apply)";
        }
        return rejected ? status + "; the changed file cannot be read or applied" : status;
    }

    @Override
    public synchronized ExitCode apply(Agent agent, ApplyOptions options, Terminal caller) throws CommandFailure {
        Source now = file.source();
        Config config = file.read(now, plugins);
        ApplyOutput output = ApplyOutput.ofFile(caller, file.shortName());
        if (options.confirm().isEmpty()) {
            ExitCode exit = options.apply(config, AgentConfig.target(agent), output);
            inForce(now);
            return exit;
        }
        String id = options.confirm().get().id();
        Source inForce = agent.configState() == ConfigState.ROLLED_BACK ? before : applied;
        Path directory = Optional.ofNullable(
                        Path.of(file.name()).toAbsolutePath().getParent())
                .orElse(Path.of("/"));
        FileBefore.of(id, directory, inForce, now).write();
        try {
            ExitCode exit = options.apply(config, AgentConfig.target(agent), output);
            before = inForce;
            applied = now;
            rejected = false;
            return exit;
        } finally {
            if (UnfinishedApply.stateOf(id) != Confirmation.State.UNDECIDED) {
                FileBefore.remove(); // it was not applied, or without changes
            }
        }
    }
}
