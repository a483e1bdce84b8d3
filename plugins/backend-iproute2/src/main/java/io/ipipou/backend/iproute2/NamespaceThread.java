package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that stays in the network namespace of the thread that makes this. Linux gives a new thread, and a process
 * that a thread starts, the namespaces of the thread they come from (clone(2)), so whatever runs here and whatever is
 * started from here sees that namespace.
 */
final class NamespaceThread implements AutoCloseable {

    /** What runs here. */
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
        // Now, and so by the caller: later it would be by whoever comes first, maybe from another namespace.
        executor.prestartCoreThread();
    }

    /**
     * Runs the task and waits for it. An interrupt does not cut it short, since a write that is under way is not undone
     * by looking away; it is still pending on return.
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
            throw rethrown(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static BackendException rethrown(ExecutionException failure) {
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
