package io.ipipou.core.plan;

import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.ResourceId;
import java.util.Optional;

/**
 * A change of one resource.
 *
 * @param before empty when the resource is created
 * @param after empty when it is deleted
 * @param disruptive whether it interrupts or redirects existing traffic
 */
public record Change(Action action, Optional<Resource> before, Optional<Resource> after, boolean disruptive) {

    public enum Action {
        CREATE("+"),
        UPDATE("~"),
        REPLACE("-/+"),
        DELETE("-");

        private final String symbol;

        Action(String sign) {
            this.symbol = sign;
        }

        /** What a plan prints before the resource's address. */
        public String symbol() {
            return symbol;
        }
    }

    static Change create(Resource after) {
        return new Change(Action.CREATE, Optional.empty(), Optional.of(after), false);
    }

    static Change update(Resource before, Resource after, boolean disruptive) {
        return new Change(Action.UPDATE, Optional.of(before), Optional.of(after), disruptive);
    }

    static Change replace(Resource before, Resource after) {
        return new Change(Action.REPLACE, Optional.of(before), Optional.of(after), true);
    }

    static Change delete(Resource before) {
        return new Change(Action.DELETE, Optional.of(before), Optional.empty(), true);
    }

    public ResourceId id() {
        return after.or(() -> before).orElseThrow().id();
    }
}
