package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.testkit.KernelUnderTest;
import io.ipipou.testkit.SimulatedCrash;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An apply, by the command and by an agent, that crashes at each point, in this process; {@code ./bench crash} kills a process at each. */
class CrashKernelTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(KilledApply.By.class)
    void afterACrashAtAnyPointRollbackRestoresTheOldStateAndTheNextRunReachesTheNew(KilledApply.By by)
            throws Exception {
        try (CrashHost host = new CrashHost(by, directory)) {
            host.everyPoint((yaml, counted, point) -> {
                try {
                    assertThat(host.namespace().call(() -> crashes(by, yaml, counted, point)))
                            .isTrue();
                    return false;
                } catch (SimulatedCrash crash) {
                    return true;
                }
            });
        }
    }

    private boolean crashes(KilledApply.By by, String yaml, CrashHost.Counted counted, int point) throws Exception {
        try (Backend backend = RealKernel.provider("netlink").open(KernelUnderTest.NFT_TABLE)) {
            return KilledApply.apply(by, yaml, backend, directory, counted, point, where -> {
                throw new SimulatedCrash(where);
            });
        }
    }
}
