package io.ipipou.core.apply;

import io.ipipou.core.plan.Plan;

/** Decides about a plan before its first write. */
@FunctionalInterface
public interface PlanCheck {

    /** @throws NotAppliedException if the plan must not be applied; then nothing is written */
    void check(Plan plan) throws NotAppliedException;
}
