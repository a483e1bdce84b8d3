package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.testkit.SimulatedCrash;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply that crashes at each point, in this process; {@code ./bench crash} kills a process at each. */
class CrashKernelTest {

    @TempDir
    Path directory;

    @Test
    void afterACrashAtAnyPointRollbackRestoresTheOldStateAndApplyReachesTheNew() throws Exception {
        try (CrashHost host = new CrashHost(directory)) {
            host.everyPoint((yaml, counted, point) -> {
                try {
                    assertThat(host.namespace().call(() -> crashes(yaml, host.backend(), counted, point)))
                            .isTrue();
                    return false;
                } catch (SimulatedCrash crash) {
                    return true;
                }
            });
        }
    }

    private boolean crashes(String yaml, Backend backend, CrashHost.Counted counted, int point) throws Exception {
        return KilledApply.apply(yaml, backend, directory, counted, point, where -> {
            throw new SimulatedCrash(where);
        });
    }
}
