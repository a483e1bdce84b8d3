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
 * Does one thing after the other in a thread that the caller does not wait for longer than agreed. What is given up is
 * interrupted; until it has ended, which its sockets' timeouts see to, what comes next waits, so that no two use the
 * cache at once.
 */
final class Worker implements AutoCloseable {

    private final Duration patience;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(runnable -> {
        Thread made = new Thread(runnable, "ipipou-git");
        made.setDaemon(true);
        return made;
    });

    Worker(Duration patience) {
        this.patience = patience;
    }

    /**
     * @throws Exception what the task threw
     */
    <T> T call(Callable<T> task) throws Exception {
        Future<T> answer = thread.submit(task);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new SourceException(noAnswer(patience));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new SourceException("it was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    static String noAnswer(Duration patience) {
        return "no answer within " + patience.toSeconds()
                + " s (look whether the server hangs, or the network drops packets)";
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
