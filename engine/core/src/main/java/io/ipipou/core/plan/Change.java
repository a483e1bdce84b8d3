package io.ipipou.core.plan;

import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.ResourceId;
import java.util.Optional;

/**
 * One resource's way from what it is to what it shall be, as a person reads it.
 *
 * @param before empty when the resource is new
 * @param after empty when it goes
 * @param disruptive whether traffic that passes now is interrupted or goes elsewhere
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

        /** As printed before the resource's address. */
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
