package io.ipipou.cli.host;

import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.PlanCheck;
import io.ipipou.core.apply.SavedPlan;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plugin.PluginPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an apply is told to do: a file, or a plan that was made from one.
 *
 * @param file the YAML file
 * @param saved the only plan that may be carried out; empty where any may
 */
public record ApplySource(ConfigFile file, Config config, Optional<SavedPlan> saved) implements PlanCheck {

    /** @param given the argument, a YAML file or a plan */
    public static ApplySource of(ConfigFile given, HostSession session, Terminal terminal) throws CommandFailure {
        PluginPath path = session.plugins().path();
        Optional<SavedPlan> saved = saved(given);
        if (saved.isEmpty()) {
            return new ApplySource(given, given.read(session.plugins(), path), saved);
        }
        ConfigFile file = new ConfigFile(terminal, saved.get().file());
        Config config = file.read(session.plugins(), path);
        GlobalSettings settings = config.settings();
        GlobalSettings same =
                new GlobalSettings(saved.get().backend(), settings.nftTable(), settings.queue(), settings.aliasRange());
        return new ApplySource(file, new Config(same, config.auth(), config.peers(), config.tunnels()), saved);
    }

    private static Optional<SavedPlan> saved(ConfigFile given) throws CommandFailure {
        if (given.isStandardInput() || !SavedPlan.isIn(Path.of(given.name()))) {
            return Optional.empty();
        }
        try {
            return Optional.of(SavedPlan.read(Path.of(given.name())));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, given.name() + ": the plan cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void approve(Plan plan) throws UnresolvableException {
        if (saved.isPresent()) {
            saved.get().require(plan);
        }
    }
}
