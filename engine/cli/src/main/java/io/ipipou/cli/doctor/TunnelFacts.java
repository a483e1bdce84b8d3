package io.ipipou.cli.doctor;

import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/** What is known of one tunnel. */
record TunnelFacts(Tunnel tunnel, HostFacts host) {

    LinkName name() {
        return tunnel.name();
    }

    /** The device that the file names for the outer packets, as the host has it. */
    Optional<Device> device() {
        return tunnel.local().device().map(host.state().devices()::get);
    }

    /** The address that outer packets are sent from and arrive at; empty if the host has none. */
    Optional<Ipv4> localAddress() {
        return host.roaming(name())
                .map(RoamingTunnel::address)
                .or(() -> host.client(name()).map(ClientTunnel::local).map(Endpoint::address))
                .or(() -> tunnel.local().address())
                .or(() -> tunnel.local().device().flatMap(host.state()::firstAddress))
                .filter(host::has);
    }

    /** The device that has that address. */
    Optional<LinkName> localDevice() {
        return tunnel.local().device().or(() -> localAddress().flatMap(address -> host.state().addresses().stream()
                .filter(candidate -> candidate.address().equals(address))
                .map(LinkAddress::link)
                .findFirst()));
    }

    /** The tunnel's link, if ipipou manages it. */
    Optional<IpipLink> link() {
        return Optional.ofNullable(host.state().links().get(name()))
                .filter(link -> link.mark().isManaged());
    }

    /** Where the peer is, or was last; empty if that is not known. */
    Optional<Ipv4> remoteAddress() {
        Optional<Ipv4> inUse = link().map(link -> link.outer().remote()).filter(address -> !address.isAny());
        return inUse.or(() -> tunnel.peer().endpoint().flatMap(endpoint -> endpoint.address()
                .or(() -> endpointName().flatMap(host::name).flatMap(TunnelFacts::lowest))));
    }

    /** The host name in the peer's endpoint. */
    Optional<String> endpointName() {
        return tunnel.peer()
                .endpoint()
                .filter(endpoint -> endpoint.address().isEmpty())
                .map(RemoteEndpoint::host);
    }

    private static Optional<Ipv4> lowest(NameAnswer answer) {
        return answer.addresses().stream().findFirst();
    }
}
