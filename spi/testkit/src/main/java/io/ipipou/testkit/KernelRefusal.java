package io.ipipou.testkit;

import io.ipipou.spi.plan.Refusal;

/** An error that the fake kernel returns. */
final class KernelRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String errno;
    private final String text;

    KernelRefusal(String errno, String text) {
        super(errno + ": " + text);
        this.errno = errno;
        this.text = text;
    }

    static KernelRefusal missing(String object) {
        return new KernelRefusal("ENOENT", "No such file or directory: " + object);
    }

    static KernelRefusal exists(String object) {
        return new KernelRefusal("EEXIST", "File exists: " + object);
    }

    Refusal refusal() {
        return new Refusal(errno, text);
    }
}
