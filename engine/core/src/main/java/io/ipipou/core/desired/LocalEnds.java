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
    private final HostProblems problems;

    /** Thousands of tunnels ask for the same few, and each search walks all addresses of the host. */
    private final Map<LinkName, Optional<Ipv4>> firstAddresses = new HashMap<>();

    private final Map<Ipv4, Optional<LinkName>> devices = new HashMap<>();

    LocalEnds(ObservedState observed, HostProblems problems) {
        this.observed = observed;
        this.problems = problems;
    }

    /** The address that the tunnel's packets arrive at; empty after an error. */
    Optional<Ipv4> address(Tunnel tunnel) {
        Optional<LinkName> device = tunnel.local().device();
        if (device.isPresent() && !observed.devices().containsKey(device.get())) {
            problems.error(
                    tunnel,
                    "local.device",
                    "this host has no device " + device.get(),
                    "write the name of a device that it has");
            return Optional.empty();
        }
        Optional<Ipv4> address = tunnel.local().address().or(() -> device.flatMap(this::firstAddress));
        if (address.isEmpty()) {
            problems.error(
                    tunnel,
                    "local.device",
                    device.orElseThrow() + " has no IPv4 address",
                    "give it one, or set local.address");
        }
        return address;
    }

    /** In bytes; empty after an error. */
    Optional<Integer> mtu(Tunnel tunnel, Ipv4 local) {
        if (tunnel.mtu().isPresent()) {
            return Optional.of(tunnel.mtu().getAsInt());
        }
        Optional<LinkName> device = tunnel.local().device().or(() -> deviceWith(local));
        if (device.isEmpty()) {
            problems.error(
                    tunnel,
                    "mtu",
                    "no device of this host has the address " + local + ", so the MTU is unknown",
                    "set mtu or local.device");
        }
        return device.map(observed.devices()::get).map(Device::mtu).map(mtu -> mtu - IpipLink.OVERHEAD);
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
