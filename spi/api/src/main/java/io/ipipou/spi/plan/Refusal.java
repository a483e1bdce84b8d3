package io.ipipou.spi.plan;

/**
 * The error of a write that the kernel refused.
 *
 * @param errno the error's name in errno.h, such as {@code EEXIST}; empty when the backend's tool did not report it
 * @param message the kernel's or tool's own words, never empty: the extended ack's where there is one
 */
public record Refusal(String errno, String message) {

    public static final Refusal PERMISSION_DENIED =
            new Refusal(Errno.EPERM, "permission denied: this command needs root or CAP_NET_ADMIN");

    public Refusal(Errno errno, String message) {
        this(errno.name(), message);
    }

    /** An error number without words of the kernel: its meaning stands in for them. */
    public static Refusal of(int errno) {
        return of(errno, "");
    }

    /** @param message the kernel's own words, or empty: the number's meaning then stands in for them */
    public static Refusal of(int number, String message) {
        String name = Errno.of(number).map(Errno::name).orElse("");
        String meaning = Errno.of(number).map(Errno::meaning).orElse("error number " + number);
        return new Refusal(name, message.isEmpty() ? meaning : message);
    }

    public boolean is(Errno other) {
        return errno.equals(other.name());
    }

    @Override
    public String toString() {
        return errno.isEmpty() || message.contains(errno) ? message : message + " (" + errno + ")";
    }
}
