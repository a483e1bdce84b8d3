package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The output of {@code ip fou show}.
 *
 * @param listeners those of the family IPv4
 * @param ipv6OnlyPorts the ports of the others, whose sockets receive no IPv4
 */
record FouDump(Set<FouListener> listeners, Set<Integer> ipv6OnlyPorts) {

    private static final int MAX_PROTOCOL = 255;

    static FouDump of(List<JsonObject> dump) throws BackendException {
        Set<FouListener> listeners = new HashSet<>();
        Set<Integer> ipv6OnlyPorts = new HashSet<>();
        for (JsonObject object : dump) {
            if (object.requiredText("family").equals("inet")) {
                listeners.add(listener(object));
            } else {
                ipv6OnlyPorts.add(object.port("port"));
            }
        }
        return new FouDump(listeners, ipv6OnlyPorts);
    }

    private static FouListener listener(JsonObject object) throws BackendException {
        boolean gue = object.has("gue");
        Optional<Endpoint> peer = object.has("peer")
                ? Optional.of(new Endpoint(object.address("peer"), object.port("peer_port")))
                : Optional.empty();
        return new FouListener(
                object.addressOrAny("local"),
                object.port("port"),
                gue ? 0 : object.requiredInt("ipproto", 0, MAX_PROTOCOL),
                gue,
                object.text("dev"),
                peer);
    }
}
