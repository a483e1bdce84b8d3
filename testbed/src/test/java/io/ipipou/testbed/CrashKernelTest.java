package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.testkit.SimulatedCrash;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply is cut off at each point, in this process; {@code ./bench crash} has one killed at each. */
class CrashKernelTest {

    @TempDir
    Path directory;

    @Test
    void cutOffAtAnyPointTheNextApplyFinishesOrRollbackUndoes() throws Exception {
        try (CrashHost host = new CrashHost(directory)) {
            host.everyPoint((yaml, counted, point) -> {
                try {
                    assertThat(host.namespace().call(() -> cutOff(yaml, host.backend(), counted, point)))
                            .isTrue();
                    return false;
                } catch (SimulatedCrash death) {
                    return true;
                }
            });
        }
    }

    private boolean cutOff(String yaml, Backend backend, CrashHost.Counted counted, int point) throws Exception {
        return KilledApply.apply(yaml, backend, directory, counted, point, where -> {
            throw new SimulatedCrash(where);
        });
    }
}
