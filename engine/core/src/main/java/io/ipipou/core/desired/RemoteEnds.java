package io.ipipou.core.desired;

import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.ObservedState;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Looks up the endpoints that the configuration gives by name. */
final class RemoteEnds {

    private final ObservedState observed;
    private final NameResolver names;
    private final HostProblems problems;

    RemoteEnds(ObservedState observed, NameResolver names, HostProblems problems) {
        this.observed = observed;
        this.names = names;
        this.problems = problems;
    }

    /** The peer's endpoint; empty when the configuration has none, or after an error. */
    Optional<Endpoint> endpoint(Tunnel tunnel) {
        Optional<RemoteEndpoint> configured = tunnel.peer().endpoint();
        return configured
                .flatMap(endpoint -> endpoint.address().or(() -> lookUp(tunnel, endpoint.host())))
                .map(address -> new Endpoint(address, configured.orElseThrow().port()));
    }

    /** Of several addresses, the one in use or else the lowest: DNS servers rotate their order. */
    private Optional<Ipv4> lookUp(Tunnel tunnel, String host) {
        Optional<Ipv4> current = Optional.ofNullable(observed.links().get(tunnel.name()))
                .filter(link -> link.mark().isManaged())
                .map(link -> link.outer().remote());
        try {
            List<Ipv4> addresses = names.resolve(host);
            if (addresses.isEmpty()) {
                return unresolved(tunnel, host + " has no IPv4 address", current);
            }
            return current.filter(addresses::contains)
                    .or(() -> addresses.stream().min(Ipv4::compareTo));
        } catch (UnknownHostException e) {
            return unresolved(tunnel, host + " does not resolve", current);
        }
    }

    private Optional<Ipv4> unresolved(Tunnel tunnel, String message, Optional<Ipv4> current) {
        if (current.isPresent()) {
            problems.endpointWarning(tunnel, message, "the tunnel stays at " + current.get());
        } else {
            problems.endpointError(tunnel, message, "write an address, or correct the name's DNS records");
        }
        return current;
    }
}
