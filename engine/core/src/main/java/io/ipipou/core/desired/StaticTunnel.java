package io.ipipou.core.desired;

import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A static tunnel that is up: where its packets come from and go to.
 *
 * @param device what they leave through; empty to follow the routes
 */
public record StaticTunnel(Tunnel tunnel, Optional<LinkName> device, Endpoint local, Endpoint remote) {

    /** Those of the tunnels that are static and that the state has a link for. */
    public static List<StaticTunnel> of(List<Tunnel> tunnels, DesiredState state) {
        return tunnels.stream()
                .filter(tunnel -> tunnel.mode() == Mode.STATIC)
                .flatMap(tunnel ->
                        Stream.ofNullable(state.links().get(tunnel.name())).flatMap(link -> of(tunnel, link).stream()))
                .toList();
    }

    /** Empty if the link is not one that sends UDP: a held one can be of any kind. */
    private static Optional<StaticTunnel> of(Tunnel tunnel, IpipLink link) {
        boolean sendsUdp = link.encap().sourcePort() != 0 && link.encap().destinationPort() != 0;
        return Optional.of(link)
                .filter(any -> sendsUdp)
                .map(any -> new StaticTunnel(
                        tunnel,
                        link.outer().device(),
                        new Endpoint(link.outer().local(), link.encap().sourcePort()),
                        new Endpoint(link.outer().remote(), link.encap().destinationPort())));
    }
}
