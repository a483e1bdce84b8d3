package io.ipipou.core.config;

import java.util.Optional;

/**
 * An entry of {@code peers}.
 *
 * @param endpoint empty when it is learnt by authentication
 * @param auth of a server's peer, how it proves itself; of a client's, how this host does
 */
public record Peer(String name, Optional<RemoteEndpoint> endpoint, Optional<Auth> auth, Position position) {}
