package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.ObservedState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks up the endpoints that the configuration gives by name. */
final class RemoteEnds {

    private final ObservedState observed;
    private final Map<String, NameAnswer> names;
    private final List<Problem> warnings = new ArrayList<>();

    RemoteEnds(ObservedState observed, Map<String, NameAnswer> names) {
        this.observed = observed;
        this.names = names;
    }

    /** The peer's endpoint; empty when the configuration has none. */
    Optional<Endpoint> endpoint(Tunnel tunnel) throws DeferredException {
        Optional<RemoteEndpoint> configured = tunnel.peer().endpoint();
        if (configured.isEmpty()) {
            return Optional.empty();
        }
        Optional<Ipv4> literal = configured.get().address();
        Ipv4 address = literal.isPresent()
                ? literal.get()
                : lookUp(tunnel, configured.get().host());
        return Optional.of(new Endpoint(address, configured.get().port()));
    }

    /** Of several addresses, the one in use or else the lowest: DNS servers rotate their order. */
    private Ipv4 lookUp(Tunnel tunnel, String host) throws DeferredException {
        Optional<Ipv4> current = Optional.ofNullable(observed.links().get(tunnel.name()))
                .filter(link -> link.mark().isManaged())
                .map(link -> link.outer().remote());
        NameAnswer answer = names.getOrDefault(host, NameAnswer.unknown(host));
        if (answer.addresses().isEmpty()) {
            String failure = answer.failure().orElseThrow();
            Ipv4 last = current.orElseThrow(() -> new DeferredException(failure, ""));
            warnings.add(new Problem(
                    tunnel.peer().position(),
                    "peers." + tunnel.peer().name() + ".endpoint",
                    failure,
                    "the tunnel stays at " + last));
            return last;
        }
        return current.filter(answer.addresses()::contains)
                .orElseGet(() -> answer.addresses().get(0));
    }

    /** Names without an answer whose tunnels stay where they are. */
    List<Problem> warnings() {
        return warnings;
    }
}
