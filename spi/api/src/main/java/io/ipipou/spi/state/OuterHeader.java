package io.ipipou.spi.state;

import java.util.Optional;

/**
 * The outer IPv4 header a tunnel writes and matches (IFLA_IPTUN_*).
 *
 * @param local own address; {@link Ipv4#ANY} when the route decides
 * @param remote the peer's address; {@link Ipv4#ANY} for none
 * @param device the link packets have to leave and arrive through, empty for any (IFLA_IPTUN_LINK)
 * @param ttl 1..255, or 0 to copy the inner packet's
 * @param tos the TOS octet 0..255; 1 copies the inner packet's
 * @param pmtudisc whether the outer DF bit follows path MTU discovery; needed when {@code ttl} is not 0
 */
public record OuterHeader(Ipv4 local, Ipv4 remote, Optional<LinkName> device, int ttl, int tos, boolean pmtudisc) {

    /** What the kernel tells tunnels of one kind apart by; two with the same cannot exist (EEXIST). */
    public record Key(Ipv4 local, Ipv4 remote, Optional<LinkName> device) {}

    public Key key() {
        return new Key(local, remote, device);
    }
}
