package io.ipipou.core.plan;

import io.ipipou.spi.state.Resource;
import java.util.Map;

/** A plan as text for people. */
public final class PlanText {

    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private PlanText(boolean colour) {
        this.colour = colour;
    }

    /**
     * One line a resource, its changed fields below it, and a summary last; every line ends in a newline.
     *
     * @param source what the host is compared with, such as {@code tunnels.yaml}
     * @param colour whether signs are coloured with ANSI escapes
     */
    public static String render(Plan plan, String source, boolean colour) {
        if (plan.isEmpty()) {
            return "No changes. The host matches " + source + ".\n";
        }
        PlanText text = new PlanText(colour);
        plan.changes().forEach(text::change);
        return text.out
                .append(plan.changes().isEmpty() ? "" : "\n")
                .append("Plan: %d to add, %d to change, %d to destroy.\n"
                        .formatted(plan.toAdd(), plan.toChange(), plan.toDestroy()))
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

    private String sign(Change.Action action) {
        String sign = "%3s".formatted(action.sign());
        if (!colour) {
            return sign;
        }
        String sgr =
                switch (action) {
                    case CREATE -> "32";
                    case UPDATE -> "33";
                    case REPLACE, DELETE -> "31";
                };
        return "\u001b[" + sgr + "m" + sign + "\u001b[0m";
    }

    private void fields(Resource before, Resource after) {
        Map<String, Object> old = before.fields();
        if (old.equals(after.fields())) {
            out.append("      comes back with its link\n");
        }
        after.fields().forEach((name, value) -> {
            if (!value.equals(old.get(name))) {
                out.append("      %s: %s -> %s\n".formatted(name, old.get(name), value));
            }
        });
    }
}
