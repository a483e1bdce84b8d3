package io.ipipou.testkit;

import io.ipipou.spi.backend.BackendException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The faults of a {@link FakeKernel}: which write or read fails, and how. Each happens once. */
final class WriteFaults {

    /** A write, or what replaces it. */
    interface Step {
        void run() throws KernelRefusal;
    }

    private final Map<Integer, Step> before = new HashMap<>();
    private final Map<Integer, Step> within = new HashMap<>();
    private final Map<Integer, Step> after = new HashMap<>();
    private int writes;
    private int failingReads;

    int writes() {
        return writes;
    }

    /** @param nth 1 for the next write */
    void before(int nth, Step fault) {
        before.put(check(nth) + writes, fault);
    }

    /** Has an effect only if the write consists of several steps. */
    void within(int nth, Step fault) {
        within.put(check(nth) + writes, fault);
    }

    void after(int nth, Step fault) {
        after.put(check(nth) + writes, fault);
    }

    void failReads(int times) {
        failingReads = times;
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
        if (failingReads > 0) {
            failingReads--;
            throw new BackendException("the state keeps changing while it is being read; try again");
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
