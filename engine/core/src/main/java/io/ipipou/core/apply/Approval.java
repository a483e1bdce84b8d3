package io.ipipou.core.apply;

import io.ipipou.core.desired.HostException;
import io.ipipou.core.plan.Plan;

/** Sees a plan before anything of it is written. */
@FunctionalInterface
public interface Approval {

    /** @throws HostException if the plan is not to be carried out; nothing is written then */
    void approve(Plan plan) throws HostException;
}
