package io.ipipou.core.config;

import java.util.Optional;

/**
 * An entry of {@code peers}.
 *
 * @param endpoint empty when it is learnt by authentication
 * @param auth in a server tunnel how the peer authenticates, in a client tunnel how this host does
 */
public record Peer(String name, Optional<RemoteEndpoint> endpoint, Optional<Auth> auth, Position position) {}
