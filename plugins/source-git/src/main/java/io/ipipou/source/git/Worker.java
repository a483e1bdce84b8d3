package io.ipipou.source.git;

import io.ipipou.spi.source.SourceException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one task at a time in a thread of its own, each with a timeout. A task that times out is interrupted; the next
 * one waits until it has ended, so that no two use the cache at the same time.
 */
final class Worker implements AutoCloseable {

    private final Duration timeout;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(runnable -> {
        Thread created = new Thread(runnable, "ipipou-git");
        created.setDaemon(true);
        return created;
    });

    Worker(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * @throws Exception what the task threw
     */
    <T> T call(Callable<T> task) throws Exception {
        Future<T> result = thread.submit(task);
        try {
            return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new SourceException(timedOut(timeout));
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new SourceException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    static String timedOut(Duration timeout) {
        return "no answer within " + timeout.toSeconds()
                + " s (check whether the server hangs or the network drops packets)";
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
