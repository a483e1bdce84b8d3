package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ports;
import java.util.Optional;

/**
 * Where a peer is, not yet resolved.
 *
 * @param host a dotted quad or a DNS name
 * @param port 1..65535
 */
public record RemoteEndpoint(String host, int port) {

    public RemoteEndpoint {
        Ports.check(port);
    }

    /** The host as an address, empty when it is a name that has to be looked up. */
    public Optional<Ipv4> address() {
        return Ipv4.parse(host);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
