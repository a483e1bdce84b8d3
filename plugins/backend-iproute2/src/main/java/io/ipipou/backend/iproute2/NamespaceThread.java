package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that stays in the network namespace of the thread that constructs this object. A new thread, and a process
 * that a thread starts, inherits the namespaces of the starting thread (clone(2)), so tasks and the processes they start
 * see that namespace.
 */
final class NamespaceThread implements AutoCloseable {

    interface Task<T> {
        T run() throws BackendException;
    }

    private final ThreadPoolExecutor executor;

    NamespaceThread() {
        executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "ipipou-iproute2");
            thread.setDaemon(true);
            return thread;
        });
        // Started by this thread now; otherwise the first caller would start it, maybe from another namespace.
        executor.prestartCoreThread();
    }

    /**
     * Runs the task and waits for its end even if the caller is interrupted, because a write that has begun cannot be
     * abandoned. The interrupt is still pending on return.
     */
    <T> T call(Task<T> task) throws BackendException {
        Future<T> future = executor.submit(task::run);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw unwrap(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static BackendException unwrap(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof BackendException expected) {
            return expected;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(failure);
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
