package io.ipipou.core.config;

import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An entry of {@code tunnels}.
 *
 * @param name of the tunnel interface
 * @param routes through this tunnel; no two tunnels have the same
 * @param mtu bytes of the largest inner packet, 68..65515; empty for the MTU of the underlying device less the outer headers
 * @param ttl of the outer header, 1..255; 0 to copy it from the inner packet
 * @param encapChecksum whether outer UDP checksums are computed
 * @param keepalive positive, or empty for none; a client authenticates again this often, the others send
 *     empty packets
 * @param authLifetime how long a server admits an endpoint that does not authenticate again; zero for ever
 * @param maxClockSkew how far the time in an authentication packet can be from the time of this host; zero for any
 * @param reply whether a server answers a successful authentication
 * @param position of the tunnel's name in the file
 */
public record Tunnel(
        LinkName name,
        Mode mode,
        Peer peer,
        LocalEnd local,
        Inner inner,
        List<TunnelRoute> routes,
        OptionalInt mtu,
        int ttl,
        boolean encapChecksum,
        AliasChoice alias,
        Optional<Duration> keepalive,
        Duration authLifetime,
        Duration maxClockSkew,
        boolean reply,
        Position position) {

    public Tunnel {
        routes = List.copyOf(routes);
    }
}
