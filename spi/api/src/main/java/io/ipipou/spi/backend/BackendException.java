package io.ipipou.spi.backend;

import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Refusal;
import java.util.Optional;

/** The kernel, or the tool that talks to it, could not be used. The message is for the operator and says what to do. */
public final class BackendException extends Exception {

    private static final long serialVersionUID = 1L;

    // Exceptions are Serializable, Optional is not. Nobody serialises this one.
    private final transient Optional<Refusal> refusal;

    public BackendException(String message) {
        super(message);
        this.refusal = Optional.empty();
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
        this.refusal = Optional.empty();
    }

    /** @param operation what failed, such as {@code reading the routes} */
    public BackendException(String operation, Refusal refusal) {
        super(operation + ": " + refusal);
        this.refusal = Optional.of(refusal);
    }

    /** The whole of what the kernel said, in words that need no operation before them. */
    public BackendException(Refusal refusal) {
        super(refusal.toString());
        this.refusal = Optional.of(refusal);
    }

    /** Whether the process lacks CAP_NET_ADMIN in the network namespace. */
    public boolean isPermissionDenied() {
        return refusal.filter(each -> each.is(Errno.EPERM)).isPresent();
    }
}
