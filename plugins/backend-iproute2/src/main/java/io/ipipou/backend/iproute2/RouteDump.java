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

/** Reads the output of {@code ip route show table main type unicast}. */
final class RouteDump {

    private static final int MAX_PROTOCOL = 255;

    private RouteDump() {}

    /** The routes with TOS 0. */
    static Set<Route> routes(List<JsonObject> dump) throws BackendException {
        Set<Route> routes = new HashSet<>();
        for (JsonObject object : dump) {
            if (object.number("tos").orElse(BigInteger.ZERO).signum() == 0) {
                routes.add(route(object));
            }
        }
        return routes;
    }

    private static Route route(JsonObject object) throws BackendException {
        BigInteger metric = object.number("metric").orElse(BigInteger.ZERO);
        if (metric.signum() < 0 || metric.bitLength() > Integer.SIZE) {
            throw object.invalid("metric");
        }
        Optional<Ipv4> gateway = object.has("gateway") ? Optional.of(object.address("gateway")) : Optional.empty();
        return new Route(
                destination(object),
                object.text("dev").flatMap(LinkName::parse),
                gateway,
                metric.intValue(),
                object.requiredInt("protocol", 0, MAX_PROTOCOL));
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
