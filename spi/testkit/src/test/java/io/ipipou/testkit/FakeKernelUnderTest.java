package io.ipipou.testkit;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import java.time.Duration;
import java.util.function.Function;

/** A new fake kernel for each case. */
final class FakeKernelUnderTest implements KernelUnderTest {

    private final FakeKernel kernel = FakeKernel.withDevice(DEVICE, DEVICE_ADDRESS, DEVICE_PREFIX_LENGTH);
    private final Function<FakeKernel, Backend> open;

    FakeKernelUnderTest(Function<FakeKernel, Backend> open) {
        this.open = open;
    }

    @Override
    public Backend open() {
        return open.apply(kernel);
    }

    @Override
    public void withoutPrivilege(BackendTask task) throws BackendException {
        task.run(kernel.unprivilegedBackend());
    }

    @Override
    public OutsideChanges outsideChanges() {
        return kernel;
    }

    @Override
    public void passTime(Duration time) {
        kernel.passTime(time);
    }

    @Override
    public void close() {}
}
