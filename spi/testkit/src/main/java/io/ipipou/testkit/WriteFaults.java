package io.ipipou.testkit;

import io.ipipou.spi.backend.BackendException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes wrong at which write of a {@link FakeKernel}'s backends, each once. */
final class WriteFaults {

    /** A write, or what happens in its stead. */
    interface Step {
        void run() throws KernelRefusal;
    }

    private final Map<Integer, Step> before = new HashMap<>();
    private final Map<Integer, Step> within = new HashMap<>();
    private final Map<Integer, Step> after = new HashMap<>();
    private int writes;
    private int brokenReads;

    int writes() {
        return writes;
    }

    /** @param nth 1 for the next write */
    void before(int nth, Step fault) {
        before.put(check(nth) + writes, fault);
    }

    /** Strikes only where the write is more than one step. */
    void within(int nth, Step fault) {
        within.put(check(nth) + writes, fault);
    }

    void after(int nth, Step fault) {
        after.put(check(nth) + writes, fault);
    }

    void failReads(int times) {
        brokenReads = times;
    }

    void write(Step write) throws KernelRefusal {
        writes++;
        run(before.remove(writes));
        write.run();
        run(after.remove(writes));
    }

    void within() throws KernelRefusal {
        run(within.remove(writes));
    }

    void read() throws BackendException {
        if (brokenReads > 0) {
            brokenReads--;
            throw new BackendException("the state kept changing while it was read; try again");
        }
    }

    private static void run(@Nullable Step fault) throws KernelRefusal {
        if (fault != null) {
            fault.run();
        }
    }

    private static int check(int nth) {
        if (nth < 1) {
            throw new IllegalArgumentException("the next write is number 1, not " + nth);
        }
        return nth;
    }
}
