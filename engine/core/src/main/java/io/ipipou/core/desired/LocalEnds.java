package io.ipipou.core.desired;

import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Takes a tunnel's local address and MTU from the host's devices where the configuration leaves them out. */
final class LocalEnds {

    private final ObservedState observed;

    /** By address. Thousands of tunnels ask for the same few, and each search walks all addresses of the host. */
    private final Map<Ipv4, Optional<LinkName>> devices = new HashMap<>();

    private final Map<LinkName, Optional<Ipv4>> firstAddresses = new HashMap<>();

    LocalEnds(ObservedState observed) {
        this.observed = observed;
    }

    /** The address that the tunnel's packets arrive at. */
    Ipv4 address(Tunnel tunnel) throws DeferredException {
        Optional<LinkName> device = tunnel.local().device();
        if (device.isPresent() && !observed.devices().containsKey(device.get())) {
            throw new DeferredException("device " + device.get() + " does not exist", "");
        }
        Optional<Ipv4> configured = tunnel.local().address();
        if (configured.isEmpty()) {
            return firstAddress(device.orElseThrow())
                    .orElseThrow(() -> new DeferredException("device " + device.get() + " has no IPv4 address", ""));
        }
        if (deviceWith(configured.get()).isEmpty()) {
            throw new DeferredException(
                    "this host does not have the address " + configured.get(),
                    "behind 1:1 NAT, write the private address");
        }
        return configured.get();
    }

    /** In bytes. */
    int mtu(Tunnel tunnel, Ipv4 local) throws DeferredException {
        if (tunnel.mtu().isPresent()) {
            return tunnel.mtu().getAsInt();
        }
        return tunnel.local()
                .device()
                .or(() -> deviceWith(local))
                .map(observed.devices()::get)
                .map(Device::mtu)
                .map(mtu -> mtu - IpipLink.OVERHEAD)
                .orElseThrow(() -> new DeferredException(
                        "no device has the address " + local + ", so the MTU is unknown", "set mtu"));
    }

    private Optional<Ipv4> firstAddress(LinkName device) {
        return firstAddresses.computeIfAbsent(device, observed::firstAddress);
    }

    private Optional<LinkName> deviceWith(Ipv4 address) {
        return devices.computeIfAbsent(address, wanted -> observed.addresses().stream()
                .filter(candidate -> candidate.address().equals(wanted))
                .map(LinkAddress::link)
                .findFirst());
    }
}
