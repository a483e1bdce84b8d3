package io.ipipou.testbed;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints a line for each test: its result, how long it took, and how much of that time the guest's processors were idle, which is time
 * that the test spent waiting.
 */
final class TestLog implements TestExecutionListener {

    /** USER_HZ is 100 wherever Java runs. */
    private static final double TICKS_PER_SECOND = 100;

    private final PrintStream out;
    private final Map<TestIdentifier, Clock> started = new HashMap<>();
    private Optional<TestPlan> plan = Optional.empty();
    private boolean failures;

    private record Clock(long nanoseconds, long idleTicks) {
        static Clock now() {
            return new Clock(System.nanoTime(), readIdleTicks());
        }

        /** Of all processors, idle or waiting for a disk: the fields idle and iowait (proc_stat(5)). */
        private static long readIdleTicks() {
            try {
                String[] fields =
                        Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +");
                return Long.parseLong(fields[4]) + Long.parseLong(fields[5]);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    TestLog(PrintStream out) {
        this.out = out;
    }

    boolean hasFailures() {
        return failures;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = Optional.of(started);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test, Clock.now());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        failures = true;
        out.println(name(test) + ": SKIPPED (" + reason + ")");
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Clock start = Optional.ofNullable(started.remove(test)).orElseThrow();
        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            failures = true;
            out.println(name(test) + ": FAILED");
            result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
        } else if (test.isTest()) {
            Clock end = Clock.now();
            out.printf(
                    "%s: passed (%.1f s, %.1f s idle)%n",
                    name(test),
                    (end.nanoseconds() - start.nanoseconds()) / 1e9,
                    (end.idleTicks() - start.idleTicks()) / TICKS_PER_SECOND);
        }
    }

    /** Its class, its method, and its parameters if it has some. */
    private String name(TestIdentifier test) {
        Optional<TestIdentifier> parent = plan.flatMap(all -> all.getParent(test))
                .filter(container -> container.getParentIdObject().isPresent()); // the engine has none
        return parent.map(container -> name(container) + " ").orElse("") + test.getDisplayName();
    }
}
