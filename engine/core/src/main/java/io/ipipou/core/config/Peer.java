package io.ipipou.core.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An entry of {@code peers}.
 *
 * @param endpoints where the peer is, in the order in which they are tried: several ways to one peer, and more than one only
 *     in client tunnels; empty when the endpoint is learnt by authentication
 * @param auth in a server tunnel how the peer authenticates, in a client tunnel how this host does
 */
public record Peer(String name, List<RemoteEndpoint> endpoints, Optional<Auth> auth, Position position) {

    public Peer {
        endpoints = List.copyOf(endpoints);
    }

    /** The host names in its endpoints. */
    public Set<String> hostNames() {
        return endpoints.stream()
                .filter(endpoint -> endpoint.address().isEmpty())
                .map(RemoteEndpoint::host)
                .collect(Collectors.toSet());
    }
}
