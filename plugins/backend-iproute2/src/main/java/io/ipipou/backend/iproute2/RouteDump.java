package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the output of {@code ip route show type unicast}. */
final class RouteDump {

    private static final int MAX_PROTOCOL = 255;

    private RouteDump() {}

    /**
     * The routes with TOS 0.
     *
     * @param main those of the main table
     * @param own those of {@link Route#PROTOCOL_IPIPOU}, which {@code ip} lists without the protocol that it was asked for
     */
    static Set<Route> routes(List<JsonObject> main, List<JsonObject> own) throws BackendException {
        Set<Route> routes = new HashSet<>();
        for (JsonObject object : main) {
            if (hasNoTos(object)) {
                routes.add(route(object, object.requiredInt("protocol", 0, MAX_PROTOCOL)));
            }
        }
        for (JsonObject object : own) {
            if (hasNoTos(object)) {
                routes.add(route(object, Route.PROTOCOL_IPIPOU));
            }
        }
        return routes;
    }

    /** The routes with TOS 0 of the only table that {@code ip} was asked for, and thus does not print. */
    static Set<Route> routesIn(int table, List<JsonObject> dump) throws BackendException {
        Set<Route> routes = new HashSet<>();
        for (Route route : routes(dump, List.of())) {
            routes.add(new Route(
                    route.destination(), route.device(), route.gateway(), route.metric(), route.protocol(), table));
        }
        return routes;
    }

    private static boolean hasNoTos(JsonObject object) throws BackendException {
        return object.number("tos").orElse(BigInteger.ZERO).signum() == 0;
    }

    private static Route route(JsonObject object, int protocol) throws BackendException {
        Optional<Ipv4> gateway = object.has("gateway") ? Optional.of(object.address("gateway")) : Optional.empty();
        return new Route(
                destination(object),
                object.text("dev").flatMap(LinkName::parse),
                gateway,
                unsigned(object, "metric", 0),
                protocol,
                unsigned(object, "table", Route.TABLE_MAIN));
    }

    /** The kernel's u32 as a signed int. */
    private static int unsigned(JsonObject object, String name, int absent) throws BackendException {
        BigInteger value = object.number(name).orElse(BigInteger.valueOf(absent));
        if (value.signum() < 0 || value.bitLength() > Integer.SIZE) {
            throw object.invalid(name);
        }
        return value.intValue();
    }

    /** {@code default}, a prefix, or an address without /32. */
    private static Ipv4Prefix destination(JsonObject object) throws BackendException {
        String text = object.requiredText("dst");
        if (text.equals("default")) {
            return new Ipv4Prefix(Ipv4.ANY, 0);
        }
        return Ipv4Prefix.parse(text.contains("/") ? text : text + "/32").orElseThrow(() -> object.invalid("dst"));
    }
}
