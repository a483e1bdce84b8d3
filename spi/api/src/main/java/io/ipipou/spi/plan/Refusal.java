package io.ipipou.spi.plan;

/**
 * Why the kernel refused.
 *
 * @param errno the error's name in errno.h, such as {@code EEXIST}; empty when the backend's tool did not tell
 * @param message the kernel's or tool's own words, never empty: the extended ack's where there is one
 */
public record Refusal(String errno, String message) {

    public static final String EPERM = "EPERM";

    @Override
    public String toString() {
        return errno.isEmpty() || message.contains(errno) ? message : message + " (" + errno + ")";
    }
}
