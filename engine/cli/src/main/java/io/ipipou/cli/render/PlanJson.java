package io.ipipou.cli.render;

import io.ipipou.core.config.Position;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.ResourceId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as JSON, in maps and lists. */
final class PlanJson {

    private static final String FORMAT_VERSION = "1.0";

    private PlanJson() {}

    /** A replacement has the actions {@code delete} and {@code create}, in that order. */
    static Map<String, Object> of(Plan plan) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format_version", FORMAT_VERSION);
        document.put("changes", plan.changes().stream().map(PlanJson::change).toList());
        document.put("conflicts", List.of()); // until format 2.0: what was a conflict is deferred now
        document.put(
                "deferred", plan.deferred().stream().map(PlanJson::deferral).toList());
        document.put(
                "summary",
                Map.of(
                        "add",
                        plan.toAdd(),
                        "change",
                        plan.toChange(),
                        "destroy",
                        plan.toDestroy(),
                        "deferred",
                        plan.deferred().size()));
        return document;
    }

    private static Map<String, Object> change(Change change) {
        Map<String, Object> object = address(change.id());
        object.put(
                "actions",
                switch (change.action()) {
                    case CREATE -> List.of("create");
                    case UPDATE -> List.of("update");
                    case REPLACE -> List.of("delete", "create");
                    case DELETE -> List.of("delete");
                });
        object.put("before", change.before().map(Resource::fields).orElse(null));
        object.put("after", change.after().map(Resource::fields).orElse(null));
        object.put("disruptive", change.disruptive());
        return object;
    }

    private static Map<String, Object> deferral(Deferral deferral) {
        Map<String, Object> object = address(deferral.resource());
        object.put("reason", deferral.reason());
        object.put("position", deferral.position().map(Position::toString).orElse(null));
        return object;
    }

    private static Map<String, Object> address(ResourceId id) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("address", id.toString());
        object.put("kind", id.kind());
        object.put("name", id.name());
        return object;
    }
}
