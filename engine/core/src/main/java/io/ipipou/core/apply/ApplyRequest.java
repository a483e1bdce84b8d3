package io.ipipou.core.apply;

import java.util.Optional;

/**
 * How a configuration is applied.
 *
 * @param check receives the plan before the first write
 * @param whole rolls everything back after a refused write, not only the tunnels that needed it
 * @param confirm has a guard roll the apply back unless it is confirmed
 */
public record ApplyRequest(PlanCheck check, boolean whole, Optional<CommitConfirm> confirm) {

    /** Without a confirmation. */
    public ApplyRequest(PlanCheck check, boolean whole) {
        this(check, whole, Optional.empty());
    }

    /** With another check after this one's. */
    public ApplyRequest andThen(PlanCheck next) {
        return new ApplyRequest(
                plan -> {
                    check.check(plan);
                    next.check(plan);
                },
                whole,
                confirm);
    }
}
