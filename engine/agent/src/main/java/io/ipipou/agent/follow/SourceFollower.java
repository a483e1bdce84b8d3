package io.ipipou.agent.follow;

import io.ipipou.core.source.Follower;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a source over and over, on a thread of its own. What changes is logged once: that a revision is in force or refused,
 * that the source cannot be had, and that it can again. For any thread.
 */
public final class SourceFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceFollower.class);

    /** How long a round that is under way may take to end when this is closed. */
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    /** The part of the interval by which it may be shorter or longer. */
    private static final double SCATTER = 0.1;

    private final Follower follower;
    private final RevisionTarget<RuntimeException> target;
    private final Duration interval;
    private final DoubleSupplier chance;
    private final ScheduledThreadPoolExecutor asker =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "ipipou-source"));
    private final SyncLog log = new SyncLog(LOG);

    private SourceFollower(
            Follower follower, RevisionTarget<RuntimeException> target, Duration interval, DoubleSupplier chance) {
        this.follower = follower;
        this.target = target;
        this.interval = interval;
        this.chance = chance;
        asker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Asks at once, and then every interval, give or take a tenth, so that many hosts do not ask at one time.
     *
     * @param follower is closed with this
     * @param chance 0..1, another each time
     */
    public static SourceFollower start(
            Follower follower, RevisionTarget<RuntimeException> target, Duration interval, DoubleSupplier chance) {
        SourceFollower watch = new SourceFollower(follower, target, interval, chance);
        watch.asker.execute(watch::askAndGoOn);
        return watch;
    }

    public SyncStatus standing() {
        return follower.standing();
    }

    /**
     * Asks now, and waits for what comes of it.
     *
     * @param again whether a revision that was refused is tried once more
     * @throws IOException if this ended meanwhile
     */
    public SyncResult ask(boolean again) throws IOException {
        try {
            Future<SyncResult> round = asker.submit(() -> round(again));
            return round.get();
        } catch (RejectedExecutionException e) {
            throw new IOException("the agent ends", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the agent ends", e);
        }
    }

    /** As {@link #ask}, without waiting. */
    public void askSoon(boolean again) {
        asker.execute(() -> guarded(again));
    }

    private void askAndGoOn() {
        guarded(false);
        if (!asker.isShutdown()) {
            long wait = Math.round(interval.toMillis() * (1 - SCATTER + 2 * SCATTER * chance.getAsDouble()));
            var unused = asker.schedule(this::askAndGoOn, wait, TimeUnit.MILLISECONDS);
        }
    }

    private void guarded(boolean again) {
        try {
            round(again);
        } catch (RuntimeException e) {
            LOG.error("the source could not be asked, a fault in ipipou or its plugin: {}", e.toString());
        }
    }

    private SyncResult round(boolean again) {
        SyncResult round = follower.round(again, target);
        log.tell(round, follower.standing());
        return round;
    }

    /** A round that is under way comes to its end: cut off, it would look as if the revision were at fault. */
    @Override
    public void close() throws IOException {
        asker.shutdown();
        boolean ended = false;
        try {
            ended = asker.awaitTermination(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            follower.close();
        } else {
            LOG.warn("the source did not answer to the end");
        }
    }
}
