package io.ipipou.testkit;

/** The fake keeps the rules that the real kernel was seen to keep. */
final class FakeKernelConformanceTest extends BackendConformance {

    @Override
    protected KernelUnderTest kernel() {
        return new FakeKernelUnderTest(FakeKernel::backend);
    }
}
