package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;

/**
 * A further address of this host on a tunnel interface.
 *
 * @param prefixLength 1..32; the kernel routes a prefix shorter than /32 through the tunnel
 */
public record InnerAddress(Ipv4 address, int prefixLength) {
    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
