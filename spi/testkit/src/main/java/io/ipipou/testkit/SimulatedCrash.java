package io.ipipou.testkit;

/** Simulates {@code kill -9}. It is an Error, so that code which handles exceptions does not catch it. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    public SimulatedCrash(String when) {
        super(when);
    }
}
