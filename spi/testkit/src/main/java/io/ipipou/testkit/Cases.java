package io.ipipou.testkit;

/** Test cases about one subject; {@link BackendConformance} combines them. */
interface Cases {

    /** The kernel under test, the same throughout a case and new for each. */
    Host host();
}
