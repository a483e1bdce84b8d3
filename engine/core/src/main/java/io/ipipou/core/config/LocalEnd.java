package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ports;
import java.util.Optional;

/**
 * This host's end of the outer packets: a device, an address or both.
 *
 * @param device what packets leave and arrive through
 * @param address empty for the device's
 * @param port the UDP port, 1..65535
 */
public record LocalEnd(Optional<DeviceChoice> device, Optional<Ipv4> address, int port) {

    public LocalEnd {
        Ports.check(port);
        if (device.isEmpty() && address.isEmpty()) {
            throw new IllegalArgumentException("a local end has a device or an address");
        }
    }
}
