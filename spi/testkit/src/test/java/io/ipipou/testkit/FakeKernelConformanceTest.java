package io.ipipou.testkit;

/** The fake kernel passes the same cases as Linux. */
final class FakeKernelConformanceTest extends BackendConformance {

    @Override
    protected KernelUnderTest kernel() {
        return new FakeKernelUnderTest(FakeKernel::backend);
    }
}
