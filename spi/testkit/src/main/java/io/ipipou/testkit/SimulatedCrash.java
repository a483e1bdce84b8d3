package io.ipipou.testkit;

/** Thrown by a {@link FakeKernel}, or a test, in place of a {@code kill -9}. An Error, so that no {@code catch} of a failure stops it. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    public SimulatedCrash(String when) {
        super(when);
    }
}
