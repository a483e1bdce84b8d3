package io.ipipou.agent.converge;

import io.ipipou.core.apply.HostLock;
import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of the agent that writes to the kernel. Thread-safe. */
public final class KernelWriter {

    private static final Logger LOG = LoggerFactory.getLogger(KernelWriter.class);

    /** How long a write waits for another ipipou process to release the host's lock. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    /** Reads or writes the kernel. */
    public interface Task<T, X extends Exception> {
        T run() throws BackendException, X;
    }

    private final Path lockDirectory;
    private final Duration lockTimeout;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "ipipou-kernel"));

    /** @param lockDirectory of the host's lock */
    public KernelWriter(Path lockDirectory) {
        this(lockDirectory, LOCK_TIMEOUT);
    }

    KernelWriter(Path lockDirectory, Duration lockTimeout) {
        this.lockDirectory = lockDirectory;
        this.lockTimeout = lockTimeout;
    }

    /** Runs a task on the writing thread later; never once this is closed. */
    void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the agent is stopping");
        }
    }

    /** Runs a task on the writing thread and waits for its result. */
    @SuppressWarnings("unchecked") // a task throws no other checked exceptions
    <T, X extends Exception> T call(Task<T, X> task) throws BackendException, X {
        try {
            Callable<T> callable = task::run;
            return thread.submit(callable).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BackendException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Exception cause && !(cause instanceof RuntimeException)) {
                throw (X) cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new BackendException("the agent is stopping", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("interrupted while waiting for a write", e);
        }
    }

    /**
     * Runs a task while holding the host's lock, so that no other run of ipipou writes meanwhile. For the writing thread.
     *
     * @throws BackendException also if another run holds the lock for too long
     */
    <T, X extends Exception> T locked(Task<T, X> task) throws BackendException, X {
        try (HostLock lock = HostLock.acquire(lockDirectory, lockTimeout).orElseThrow(this::timeout)) {
            return task.run();
        } catch (IOException e) {
            throw new BackendException("cannot take the lock in " + lockDirectory + ": " + e.getMessage(), e);
        }
    }

    private BackendException timeout() {
        return new BackendException("another ipipou process has held the lock for " + lockTimeout.toSeconds()
                + " s: process " + HostLock.holder(lockDirectory).orElse("unknown"));
    }

    /** Whether the writing thread finishes its pending tasks within the timeout. */
    public boolean isResponsive(Duration timeout) {
        try {
            thread.submit(() -> {}).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends after the pending tasks and a last one. */
    void close(Runnable last) {
        execute(last);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LOCK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a write to the kernel did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
