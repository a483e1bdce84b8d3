package io.ipipou.core.apply;

import java.nio.file.Path;
import java.util.function.Consumer;

/** A journal whose writer dies before one of its steps, for tests outside of this package. */
public final class CrashingJournal {

    private CrashingJournal() {}

    /**
     * @param step 1 for the first; one past the last is never reached
     * @param death what ends it, told where; does not return
     */
    public static Journal dyingBefore(int step, Path directory, Consumer<String> death) {
        int[] left = {step};
        return new Journal(directory, "netlink", next -> {
            if (--left[0] == 0) {
                death.accept("before the journal's " + next);
            }
        });
    }
}
