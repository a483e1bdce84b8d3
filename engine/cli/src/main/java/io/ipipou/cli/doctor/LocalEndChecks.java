package io.ipipou.cli.doctor;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;
import java.util.stream.Collectors;

/** This host's end of the outer packets. */
final class LocalEndChecks {

    private LocalEndChecks() {}

    static Optional<Finding> device(TunnelFacts tunnel) {
        return tunnel.deviceName().map(name -> device(tunnel, name));
    }

    private static Finding device(TunnelFacts tunnel, String name) {
        if (tunnel.device().isEmpty()) {
            String others = tunnel.host().state().devices().keySet().stream()
                    .filter(other ->
                            !tunnel.host().isManaged(other) && !other.value().equals("tunl0"))
                    .map(LinkName::value)
                    .sorted()
                    .limit(20)
                    .collect(Collectors.joining(", "));
            return Finding.failed(
                    "device " + name + " does not exist",
                    "this host has " + others,
                    "connect or create " + name + ", or write another device in tunnels." + tunnel.name()
                            + ".local.device; the tunnel comes up by itself when the device is there");
        }
        if (!tunnel.device().get().up()) {
            return Finding.failed("device " + name + " is down", "run: ip link set dev " + name + " up");
        }
        return Finding.ok("device " + name);
    }

    static Optional<Finding> address(TunnelFacts tunnel) {
        Optional<Ipv4> configured = tunnel.tunnel().local().address();
        if (configured.isPresent() && !tunnel.host().has(configured.get())) {
            return Optional.of(missing(tunnel, configured.get()));
        }
        if (tunnel.localAddress().isPresent()) {
            return Optional.of(Finding.ok("address " + tunnel.localAddress().get()));
        }
        return Optional.of(tunnel.boundDevice()
                .map(name -> Finding.failed(
                        "device " + name + " has no IPv4 address",
                        "give it one (DHCP: is the lease pending?), or write another device or an address of this host in"
                                + " tunnels." + tunnel.name() + ".local"))
                .orElseGet(() -> tunnel.deviceName()
                        .map(name -> Finding.notChecked("the device does not exist"))
                        .orElseGet(() -> Finding.failed(
                                "no route leads to the peer's endpoint, so local.device: auto finds no device",
                                "connect this host to a network with a route there, or name a device in tunnels."
                                        + tunnel.name() + ".local.device"))));
    }

    private static Finding missing(TunnelFacts tunnel, Ipv4 configured) {
        String path = "tunnels." + tunnel.name() + ".local.address";
        Optional<LinkAddress> instead = otherAddress(tunnel);
        return Finding.failed(
                "this host does not have the address " + configured,
                instead.map(address -> "device " + address.link() + " has " + address.address())
                        .orElse("no device of this host has a usable address"),
                instead.map(address -> "if " + configured + " is translated to this host (an elastic address, 1:1 NAT),"
                                + " write the private address: " + path + ": " + address.address())
                        .orElse("add the address to a device, or correct " + path));
    }

    /** The host's address that is most likely meant: of the device, if the file names one, or else of the default route. */
    private static Optional<LinkAddress> otherAddress(TunnelFacts tunnel) {
        HostFacts host = tunnel.host();
        return tunnel.boundDevice()
                .or(() -> host.state().routes().stream()
                        .filter(route -> route.destination().length() == 0)
                        .flatMap(route -> route.device().stream())
                        .findFirst())
                .flatMap(device -> host.addresses(device).stream().findFirst())
                .or(() -> host.state().addresses().stream()
                        .filter(address -> !address.link().value().equals("lo") && !host.isManaged(address.link()))
                        .findFirst());
    }
}
