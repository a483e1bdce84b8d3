package io.ipipou.spi.plan;

import java.util.Optional;

/**
 * The result of one operation.
 *
 * @param refusal the kernel's error; present if and only if {@code status} is {@link Status#FAILED}
 */
public record Outcome(Operation operation, Status status, Optional<Refusal> refusal) {

    public enum Status {
        DONE,
        FAILED,
        /** Not sent, because an earlier operation failed. */
        NOT_ATTEMPTED
    }

    public Outcome {
        if (refusal.isPresent() != (status == Status.FAILED)) {
            throw new IllegalArgumentException(status + " with refusal " + refusal);
        }
    }

    public static Outcome done(Operation operation) {
        return new Outcome(operation, Status.DONE, Optional.empty());
    }

    public static Outcome failed(Operation operation, Refusal refusal) {
        return new Outcome(operation, Status.FAILED, Optional.of(refusal));
    }

    public static Outcome notAttempted(Operation operation) {
        return new Outcome(operation, Status.NOT_ATTEMPTED, Optional.empty());
    }
}
