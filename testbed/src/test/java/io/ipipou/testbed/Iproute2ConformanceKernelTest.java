package io.ipipou.testbed;

import io.ipipou.testkit.BackendConformance;
import io.ipipou.testkit.KernelUnderTest;

@KernelDependent
final class Iproute2ConformanceKernelTest extends BackendConformance {

    @Override
    protected KernelUnderTest kernel() {
        return RealKernel.forBackend("iproute2");
    }
}
