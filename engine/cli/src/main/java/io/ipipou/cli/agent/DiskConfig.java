package io.ipipou.cli.agent;

import io.ipipou.agent.Agent;
import io.ipipou.agent.event.Event;
import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.cli.render.ApplyOutput;
import io.ipipou.core.config.Config;
import io.ipipou.spi.backend.BackendException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's configuration in a file of this host, which is re-read on request. */
public record DiskConfig(ConfigFile file, PluginOptions plugins) implements AgentConfig {

    private static final Logger LOG = LoggerFactory.getLogger(DiskConfig.class);

    @Override
    public Config initial() throws CommandFailure {
        return file.read(plugins);
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
    public String reload(Agent agent) {
        try {
            agent.reload(file.read(plugins));
            Event.CONFIG_RELOADED.log(LOG, file.name());
            return "manages this host from " + file.name();
        } catch (CommandFailure | BackendException e) {
            Event.CONFIG_REJECTED.log(LOG, String.valueOf(e.getMessage()), file.name());
            return file.name() + " cannot be read or applied; the previous configuration stays in force";
        }
    }

    @Override
    public ExitCode apply(Agent agent, Terminal caller) throws CommandFailure, BackendException {
        ApplyOutput.ofFile(caller, file.shortName()).print(agent.reload(file.read(plugins)));
        return ExitCode.OK;
    }
}
