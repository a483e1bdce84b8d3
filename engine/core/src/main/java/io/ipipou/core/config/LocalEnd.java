package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Ports;
import java.util.Optional;

/**
 * Our end of the outer packets; a device, an address or both.
 *
 * @param device the link packets leave and arrive through
 * @param address our outer address; when empty, the device's first IPv4 address
 * @param port our UDP port, 1..65535
 */
public record LocalEnd(Optional<LinkName> device, Optional<Ipv4> address, int port) {

    public LocalEnd {
        Ports.check(port);
        if (device.isEmpty() && address.isEmpty()) {
            throw new IllegalArgumentException("a local end has a device or an address");
        }
    }
}
