package io.ipipou.testkit;

/** Cases about one subject; {@link BackendConformance} gathers them. */
interface Cases {

    /** The same one all through a case, fresh for each. */
    Host host();
}
