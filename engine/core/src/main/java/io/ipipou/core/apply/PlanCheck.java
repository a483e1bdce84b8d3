package io.ipipou.core.apply;

import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;

/** Sees a plan before anything of it is written. */
@FunctionalInterface
public interface PlanCheck {

    /** @throws UnresolvableException if the plan is not to be carried out; nothing is written then */
    void check(Plan plan) throws UnresolvableException;
}
