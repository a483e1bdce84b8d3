package io.ipipou.core.plan;

import io.ipipou.core.desired.Obstacle;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;

/**
 * An object that ipipou does not manage, or a limit of the backend, that is in the way of a desired resource.
 *
 * @param resource the desired one
 */
public record Conflict(Resource resource, Obstacle obstacle) {

    Conflict(Resource resource, String obstacle, String remedy) {
        this(resource, new Obstacle(obstacle, remedy));
    }

    /** A route with the same prefix, metric and table. */
    public static Conflict of(Route desired, Route existing) {
        String inTable = number(" table ", existing.table(), Route.TABLE_MAIN);
        String metric = number(" metric ", existing.metric(), 0);
        String route = existing.destination() + " " + existing.summary() + inTable + metric;
        return new Conflict(
                desired,
                "the route " + route + " exists and is not managed by ipipou",
                "write another metric or remove the route from the file, or delete the existing one with: ip route del "
                        + existing.destination() + inTable + metric);
    }

    private static String number(String word, int number, int usual) {
        return number == usual ? "" : word + Integer.toUnsignedString(number);
    }
}
