package io.ipipou.cli.host;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.config.Config;

/** What applies a configuration to this host: this process, or the agent. Both do it in the same way. */
@FunctionalInterface
public interface ApplyTarget {

    /** @throws CommandFailure if the apply did not begin, or its result is unknown */
    ApplyReport apply(Config config, ApplyRequest request) throws CommandFailure;

    /** Whether the configuration can be applied only after a restart. */
    default boolean requiresRestart(Config config) {
        return false;
    }
}
