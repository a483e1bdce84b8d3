package io.ipipou.cli.render;

import io.ipipou.cli.process.Terminal;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Plan;

/**
 * Prints plans.
 *
 * @param noChanges the text of a plan without changes
 */
public record PlanOutput(Terminal terminal, String noChanges) {

    /** @param file name of the configuration that the host is compared with */
    public static PlanOutput ofFile(Terminal terminal, String file) {
        return new PlanOutput(terminal, "No changes. The host matches " + file + ".");
    }

    public static PlanOutput ofDestroy(Terminal terminal) {
        return new PlanOutput(terminal, "Nothing to destroy.");
    }

    public void print(Plan plan, boolean json) {
        terminal.print(json ? Json.pretty(PlanJson.of(plan)) : text(plan, terminal.colour()));
    }

    String text(Plan plan, boolean colour) {
        return plan.isEmpty() ? noChanges + "\n" : PlanText.of(plan, colour);
    }

    /** Prints what the operator should know and can ignore. */
    public void printNotes(Plan plan) {
        plan.notes().forEach(terminal::note);
    }
}
