package io.ipipou.cli.process;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * One line on the terminal that says that long work goes on: it appears after a second, is rewritten in place, and is erased
 * at the end. Elsewhere than on a terminal nothing is printed. Nothing else must be printed meanwhile. Thread-safe.
 */
public final class Progress implements AutoCloseable {

    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** Of the narrowest terminal; a longer line would not be rewritten in place. */
    private static final int WIDTH = 79;

    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final String work;
    private final long start = System.nanoTime();
    private String done = "";
    private boolean shown;
    private boolean over;

    private Progress(PrintWriter err, String work) {
        this.err = err;
        this.work = work;
    }

    /** @param work such as {@code fetching https://git.example.net/net.git} */
    public static Progress of(Terminal terminal, String work) {
        return start(terminal, work, DELAY, INTERVAL);
    }

    static Progress start(Terminal terminal, String work, Duration delay, Duration interval) {
        Progress progress = new Progress(terminal.err(), work);
        if (terminal.live()) {
            Thread thread = new Thread(() -> progress.show(delay, interval), "ipipou-progress");
            thread.setDaemon(true);
            thread.start();
        }
        return progress;
    }

    /** Adds to the line how much is done. */
    public synchronized void update(long part, long whole) {
        done = ": %d of %d".formatted(part, whole);
    }

    private synchronized void show(Duration delay, Duration interval) {
        try {
            Duration next = delay;
            for (long due = System.nanoTime() + next.toNanos(); !over; ) {
                long left = due - System.nanoTime();
                if (left > 0) {
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                } else {
                    print();
                    due = System.nanoTime() + interval.toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print() {
        String time =
                " (%d s)".formatted(Duration.ofNanos(System.nanoTime() - start).toSeconds());
        String text = work + done;
        int room = WIDTH - time.length();
        err.print(ERASE + (text.length() > room ? text.substring(0, room - 3) + "..." : text) + time);
        err.flush();
        shown = true;
    }

    @Override
    public synchronized void close() {
        over = true;
        notifyAll();
        if (shown) {
            err.print(ERASE);
            err.flush();
        }
        shown = false;
    }
}
