package io.ipipou.spi.state;

/** What wraps a tunnel's packets: TUNNEL_ENCAP_* of linux/if_tunnel.h, in its order. */
public enum EncapType {
    NONE,
    FOU,
    GUE,
    MPLS
}
