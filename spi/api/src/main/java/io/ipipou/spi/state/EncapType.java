package io.ipipou.spi.state;

/** A tunnel's encapsulation: TUNNEL_ENCAP_* of linux/if_tunnel.h, in that order. */
public enum EncapType {
    NONE,
    FOU,
    GUE,
    MPLS
}
