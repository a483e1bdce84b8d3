package io.ipipou.agent.follow;

import io.ipipou.core.source.Follower;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs with a source at intervals, on a thread of its own, and logs each change once: that a revision was applied or
 * rejected, that the source is unreachable, and that it is reachable again. Thread-safe.
 */
public final class SourceFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceFollower.class);

    /** How long {@link #close} waits for a running sync. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** The part of the interval by which it is shortened or prolonged at random. */
    private static final double JITTER = 0.1;

    private final Follower follower;
    private final RevisionTarget<RuntimeException> target;
    private final Duration interval;
    private final DoubleSupplier random;
    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "ipipou-source"));
    private final SyncLog log = new SyncLog(LOG);

    private SourceFollower(
            Follower follower, RevisionTarget<RuntimeException> target, Duration interval, DoubleSupplier random) {
        this.follower = follower;
        this.target = target;
        this.interval = interval;
        this.random = random;
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Syncs at once, and then at every interval, give or take a tenth, so that many hosts do not sync at the same time.
     *
     * @param follower closed with this
     * @param random 0..1, another value at each call
     */
    public static SourceFollower start(
            Follower follower, RevisionTarget<RuntimeException> target, Duration interval, DoubleSupplier random) {
        SourceFollower started = new SourceFollower(follower, target, interval, random);
        started.executor.execute(started::syncAndSchedule);
        return started;
    }

    public SyncStatus status() {
        return follower.status();
    }

    /**
     * Syncs now, and waits for the result.
     *
     * @param retry whether to try a rejected revision again
     * @param confirm id of the confirmation that the revision needs
     * @param through applies the revision in place of the usual target
     * @throws IOException if this is closed
     */
    @SuppressWarnings("unchecked") // the target throws no other checked exceptions
    public <X extends Exception> SyncResult sync(boolean retry, Optional<String> confirm, RevisionTarget<X> through)
            throws IOException, X {
        try {
            Future<SyncResult> result = executor.submit(() -> syncAndLog(retry, confirm, through));
            return result.get();
        } catch (RejectedExecutionException e) {
            throw new IOException("the agent is stopping", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause && !(cause instanceof RuntimeException)) {
                throw (X) cause;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the agent is stopping", e);
        }
    }

    /** As {@link #sync}, without waiting, and with the usual target. */
    public void syncSoon(boolean retry) {
        executor.execute(() -> syncGuarded(retry));
    }

    private void syncAndSchedule() {
        syncGuarded(false);
        if (!executor.isShutdown()) {
            long wait = Math.round(interval.toMillis() * (1 - JITTER + 2 * JITTER * random.getAsDouble()));
            var unused = executor.schedule(this::syncAndSchedule, wait, TimeUnit.MILLISECONDS);
        }
    }

    private void syncGuarded(boolean retry) {
        try {
            syncAndLog(retry, Optional.empty(), target);
        } catch (RuntimeException e) {
            LOG.error("cannot sync, because of a bug in ipipou or a plugin: {}", e.toString());
        }
    }

    private <X extends Exception> SyncResult syncAndLog(
            boolean retry, Optional<String> confirm, RevisionTarget<X> through) throws X {
        SyncResult result = follower.sync(retry, confirm, through);
        log.log(result, follower.status());
        return result;
    }

    /** Lets a running sync finish: interrupted, it would look as if the revision were at fault. */
    @Override
    public void close() throws IOException {
        executor.shutdown();
        boolean ended = false;
        try {
            ended = executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            follower.close();
        } else {
            LOG.warn("the running sync did not finish in time");
        }
    }
}
