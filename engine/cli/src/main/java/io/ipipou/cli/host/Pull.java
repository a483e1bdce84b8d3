package io.ipipou.cli.host;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.render.SyncResultText;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.core.source.SyncResult;
import java.io.IOException;
import java.util.Optional;

/** One pull, by a process of its own or by the agent. */
@FunctionalInterface
public interface Pull {

    /** {@link Follower#sync}. */
    SyncResult sync(boolean retry, Optional<String> confirm, RevisionTarget<CommandFailure> target)
            throws CommandFailure, IOException;

    /**
     * Syncs, repairs drift from the revision in force, and prints the result.
     *
     * @return {@link ExitCode#CHANGES} if the new revision awaits confirmation
     */
    default ExitCode run(boolean retry, PullTarget target, Follower follower) throws CommandFailure, IOException {
        Optional<String> confirm = target.options().confirm().map(CommitConfirm::id);
        SyncResult result = sync(retry, confirm, target);
        String text = SyncResultText.of(result, follower.status());
        if (result instanceof SyncResult.InForce inForce) {
            if (!inForce.isNew()) {
                target.repair(follower);
            }
            target.terminal().println(text);
        } else if (result instanceof SyncResult.Unconfirmed unconfirmed) {
            if (!unconfirmed.isNew()) {
                throw CommandFailure.failed(text);
            }
            target.terminal().println(text);
        } else {
            target.terminal().error(text);
            target.repair(follower);
        }
        return SyncResultText.exitCode(result);
    }
}
