package io.ipipou.spi.state;

import java.util.Optional;

/**
 * The outer IPv4 header that a tunnel writes and matches (IFLA_IPTUN_*).
 *
 * @param local the local address; {@link Ipv4#ANY} when the route decides
 * @param remote the peer's address; {@link Ipv4#ANY} for none
 * @param device the link that packets must leave and arrive through (IFLA_IPTUN_LINK); empty for any
 * @param ttl 1..255, or 0 to copy the inner packet's
 * @param tos 0..255; 1 copies the inner packet's
 * @param pmtudisc whether the outer DF bit follows path MTU discovery; must be true when {@code ttl} is not 0
 */
public record OuterHeader(Ipv4 local, Ipv4 remote, Optional<LinkName> device, int ttl, int tos, boolean pmtudisc) {

    /** Unique among the kernel's tunnels of one kind: a second one with the same key fails with EEXIST. */
    public record Key(Ipv4 local, Ipv4 remote, Optional<LinkName> device) {}

    public Key key() {
        return new Key(local, remote, device);
    }
}
