package io.ipipou.cli.host;

import io.ipipou.cli.option.ConfigFile;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.PlanCheck;
import io.ipipou.core.apply.SavedPlan;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to apply: a configuration file, or a plan saved from one.
 *
 * @param file the configuration file
 * @param saved the only plan that can be carried out; empty if any can
 */
public record ApplySource(ConfigFile file, Config config, Optional<SavedPlan> saved) implements PlanCheck {

    /** @param given the argument: a configuration file or a saved plan */
    public static ApplySource of(ConfigFile given, HostSession session, Terminal terminal) throws CommandFailure {
        Optional<SavedPlan> saved = savedPlan(given);
        if (saved.isEmpty()) {
            return new ApplySource(given, given.read(session.plugins()), saved);
        }
        ConfigFile file = new ConfigFile(terminal, saved.get().file());
        Config config = file.read(session.plugins());
        GlobalSettings settings = config.settings();
        GlobalSettings withBackend =
                new GlobalSettings(saved.get().backend(), settings.nftTable(), settings.queue(), settings.aliasRange());
        return new ApplySource(file, new Config(withBackend, config.auth(), config.peers(), config.tunnels()), saved);
    }

    private static Optional<SavedPlan> savedPlan(ConfigFile given) throws CommandFailure {
        if (given.isStandardInput() || !SavedPlan.isSavedPlan(Path.of(given.name()))) {
            return Optional.empty();
        }
        try {
            return Optional.of(SavedPlan.read(Path.of(given.name())));
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read the plan " + given.name() + ": " + e.getMessage());
        }
    }

    @Override
    public void check(Plan plan) throws NotAppliedException {
        if (saved.isPresent()) {
            saved.get().check(plan);
        }
    }
}
