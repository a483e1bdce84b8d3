package io.ipipou.agent.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Has names of servers without life looked up again: at once when there is one, and then after waits that double, until
 * all servers with names show life. Safe for use by several threads.
 */
final class NameDoubts {

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final NameWatch watch;
    private final Executor asking;
    private final Client.Tools tools;
    private final Set<String> asked = new HashSet<>();
    private boolean busy;
    private int times;
    private long next;

    NameDoubts(NameWatch watch, Executor asking, Client.Tools tools) {
        this.watch = watch;
        this.asking = asking;
        this.tools = tools;
    }

    /** @param names of all servers that show no life now */
    void ask(Set<String> names) {
        synchronized (this) {
            asked.retainAll(names);
            if (!isTime(names)) {
                return;
            }
            times = asked.containsAll(names) ? times + 1 : 1;
            asked.addAll(names);
            busy = true;
            next = tools.nanos().getAsLong()
                    + Backoff.after(times + 1, LONGEST, tools.chance().getAsDouble())
                            .toNanos();
        }
        asking.execute(() -> {
            try {
                watch.lookAgain(names);
            } finally {
                done();
            }
        });
    }

    private boolean isTime(Set<String> names) {
        boolean again = asked.containsAll(names);
        return !busy && !names.isEmpty() && (!again || next - tools.nanos().getAsLong() <= 0);
    }

    private synchronized void done() {
        busy = false;
    }

    /** The next question comes without a wait: it may have another answer now. */
    synchronized void forget() {
        asked.clear();
    }
}
