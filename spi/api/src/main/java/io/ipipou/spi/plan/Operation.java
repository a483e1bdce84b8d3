package io.ipipou.spi.plan;

import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.ResourceId;
import java.util.Optional;

/**
 * One write to the kernel.
 *
 * @param before the object as observed; empty for {@link Verb#CREATE}
 * @param after the desired object; empty for {@link Verb#DELETE}
 */
public record Operation(Verb verb, Optional<Resource> before, Optional<Resource> after) {

    public Operation {
        if (before.isPresent() != (verb != Verb.CREATE) || after.isPresent() != (verb != Verb.DELETE)) {
            throw new IllegalArgumentException(verb + " with before " + before + " and after " + after);
        }
    }

    public static Operation create(Resource after) {
        return new Operation(Verb.CREATE, Optional.empty(), Optional.of(after));
    }

    public static Operation update(Resource before, Resource after) {
        return new Operation(Verb.UPDATE, Optional.of(before), Optional.of(after));
    }

    public static Operation delete(Resource before) {
        return new Operation(Verb.DELETE, Optional.of(before), Optional.empty());
    }

    /** The desired object, or for {@link Verb#DELETE} the observed one. */
    public Resource subject() {
        return after.or(() -> before).orElseThrow();
    }

    public ResourceId id() {
        return subject().id();
    }

    /** The operation that reverts this one. */
    public Operation inverse() {
        return switch (verb) {
            case CREATE -> delete(subject());
            case DELETE -> create(subject());
            case UPDATE -> update(after.orElseThrow(), before.orElseThrow());
        };
    }
}
