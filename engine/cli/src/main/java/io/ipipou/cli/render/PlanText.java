package io.ipipou.cli.render;

import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.Resource;
import java.util.Map;

/** A plan as text. */
final class PlanText {

    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private PlanText(boolean colour) {
        this.colour = colour;
    }

    /**
     * A line for each resource with its changed fields below, one for each deferral, and a summary last.
     *
     * @param colour whether to colour the signs with ANSI escapes
     */
    static String of(Plan plan, boolean colour) {
        PlanText text = new PlanText(colour);
        plan.changes().forEach(text::change);
        plan.deferred().forEach(text::deferral);
        String deferred = plan.deferred().isEmpty()
                ? ""
                : ", %d deferred".formatted(plan.deferred().size());
        return text.out
                .append("\nPlan: %d to add, %d to change, %d to destroy%s.\n"
                        .formatted(plan.toAdd(), plan.toChange(), plan.toDestroy(), deferred))
                .toString();
    }

    private void change(Change change) {
        String remark = change.action() == Change.Action.CREATE
                ? change.after().orElseThrow().summary()
                : change.disruptive() ? "! interrupts traffic" : "";
        out.append(sign(change.action()))
                .append(" %-32s %s".formatted(change.id(), remark).stripTrailing())
                .append('\n');
        if (change.before().isPresent() && change.after().isPresent()) {
            fields(change.before().get(), change.after().get());
        }
    }

    private void deferral(Deferral deferral) {
        out.append(coloured("  ?", "33"))
                .append(" %-32s deferred: %s\n".formatted(deferral.resource(), deferral.reason()));
    }

    private String sign(Change.Action action) {
        return coloured(
                "%3s".formatted(action.symbol()),
                switch (action) {
                    case CREATE -> "32";
                    case UPDATE -> "33";
                    case REPLACE, DELETE -> "31";
                });
    }

    /** @param sgr an ANSI colour (ECMA-48 SGR) */
    private String coloured(String sign, String sgr) {
        return colour ? "\u001b[" + sgr + "m" + sign + "\u001b[0m" : sign;
    }

    private void fields(Resource before, Resource after) {
        Map<String, Object> old = before.fields();
        if (old.equals(after.fields())) {
            out.append("      re-created with its link\n");
        }
        after.fields().forEach((name, value) -> {
            if (!value.equals(old.get(name))) {
                out.append("      %s: %s -> %s\n".formatted(name, old.get(name), value));
            }
        });
    }
}
