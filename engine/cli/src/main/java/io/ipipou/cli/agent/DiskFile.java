package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlServer;
import io.ipipou.agent.event.Event;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.spi.backend.BackendException;
import java.io.Closeable;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's file where it is on this host's disk: read when somebody says so. */
public record DiskFile(ConfigFile file, PluginOptions plugins, PluginPath path) implements AgentFile {

    private static final Logger LOG = LoggerFactory.getLogger(DiskFile.class);

    @Override
    public Config first() throws CommandFailure {
        return file.read(plugins, path);
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Closeable follow(Agent agent) {
        return () -> {};
    }

    @Override
    public String reload(Agent agent) {
        try {
            agent.reload(file.read(plugins, path));
            Event.CONFIG_APPLIED.log(LOG, file.name());
            return "keeps the host as " + file.name() + " says";
        } catch (CommandFailure | BackendException | UnresolvableException e) {
            Event.CONFIG_REFUSED.log(LOG, String.valueOf(e.getMessage()), file.name());
            return "what was in force stays so: " + file.name() + " could not be read again or put in force";
        }
    }

    @Override
    public Map<String, ControlServer.Handler> handlers(Agent agent) {
        return Map.of(
                "ping",
                question -> Map.of("file", file.identity()),
                "apply",
                question -> AgentAnswer.to(question, there -> apply(agent, there)));
    }

    /** What {@code ipipou apply} of the agent's own file does, and prints. */
    private ExitCode apply(Agent agent, Terminal there) throws CommandFailure, BackendException, UnresolvableException {
        ApplyOutput changing = new ApplyOutput(there, file.shortName());
        ApplyReport report = agent.reload(file.read(plugins, path));
        changing.announce(report.plan());
        changing.conclude(report);
        return ExitCode.OK;
    }

    @Override
    public void close() {
        // It is read whole each time.
    }
}
