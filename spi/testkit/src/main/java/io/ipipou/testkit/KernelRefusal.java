package io.ipipou.testkit;

import io.ipipou.spi.plan.Refusal;

/** The fake kernel's error return. */
final class KernelRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final String errno;
    private final String text;

    KernelRefusal(String errno, String text) {
        super(errno + ": " + text);
        this.errno = errno;
        this.text = text;
    }

    Refusal refusal() {
        return new Refusal(errno, text);
    }
}
