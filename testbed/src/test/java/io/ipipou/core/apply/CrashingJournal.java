package io.ipipou.core.apply;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Journals whose writer crashes before one of their steps, for tests outside of this package. */
public final class CrashingJournal {

    private CrashingJournal() {}

    /**
     * @param step 1 for the first
     * @param crash ends the process or throws; it is given the place and does not return
     */
    public static Journal crashingBefore(int step, Path directory, Consumer<String> crash) {
        int[] left = {step};
        return new Journal(directory, "netlink", next -> {
            if (--left[0] == 0) {
                crash.accept("before the journal's " + next);
            }
        });
    }
}
