package io.ipipou.core.desired;

import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Problem;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fills in what a file leaves to the host: a device's address and MTU, a name's address. */
public final class HostResolver {

    private final ObservedState observed;
    private final NameResolver names;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    private HostResolver(ObservedState observed, NameResolver names) {
        this.observed = observed;
        this.names = names;
    }

    /**
     * What the file asks of the host that was observed.
     *
     * @throws HostException if it does not fit; it lists every misfit
     */
    public static Resolution resolve(Config config, ObservedState observed, NameResolver names) throws HostException {
        return new HostResolver(observed, names).resolve(config);
    }

    private Resolution resolve(Config config) throws HostException {
        List<IpipLink> links = new ArrayList<>();
        List<LinkAddress> addresses = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        for (Tunnel tunnel : config.tunnels()) {
            link(tunnel).ifPresent(links::add);
            Ipv4 address = tunnel.inner().address();
            addresses.add(LinkAddress.pointToPoint(
                    tunnel.name(), address, tunnel.inner().peer().orElse(address)));
            tunnel.routes().forEach(prefix -> routes.add(Route.through(tunnel.name(), prefix)));
        }
        if (!problems.isEmpty()) {
            throw new HostException(problems);
        }
        return new Resolution(DesiredState.of(links, addresses, routes), warnings);
    }

    private Optional<IpipLink> link(Tunnel tunnel) {
        if (tunnel.mode() != Mode.STATIC) {
            problem(tunnel, "mode", tunnel.mode() + " needs the agent", "write static, and a peer with an endpoint");
            return Optional.empty();
        }
        Optional<Ipv4> local = localAddress(tunnel);
        Optional<Ipv4> remote = remoteAddress(tunnel);
        Optional<Integer> mtu = mtu(tunnel, local);
        if (local.isEmpty() || remote.isEmpty() || mtu.isEmpty()) {
            return Optional.empty();
        }
        int remotePort = tunnel.peer().endpoint().orElseThrow().port();
        return Optional.of(new IpipLink(
                tunnel.name(),
                new OuterHeader(local.get(), remote.get(), tunnel.local().device(), tunnel.ttl(), 0, true),
                Encap.fou(tunnel.local().port(), remotePort, tunnel.encapChecksum()),
                mtu.get(),
                true,
                Mark.of(tunnel.name())));
    }

    private Optional<Ipv4> localAddress(Tunnel tunnel) {
        Optional<LinkName> device = tunnel.local().device();
        if (device.isPresent() && !observed.devices().containsKey(device.get())) {
            problem(tunnel, "local.device", "this host has no device " + device.get(), "write one that it has");
            return Optional.empty();
        }
        Optional<Ipv4> address = tunnel.local().address().or(() -> device.flatMap(observed::firstAddress));
        if (address.isEmpty()) {
            problem(
                    tunnel,
                    "local.device",
                    device.orElseThrow() + " has no IPv4 address",
                    "give it one, or write local.address");
        }
        return address;
    }

    private Optional<Integer> mtu(Tunnel tunnel, Optional<Ipv4> local) {
        if (tunnel.mtu().isPresent()) {
            return Optional.of(tunnel.mtu().getAsInt());
        }
        Optional<LinkName> device = tunnel.local().device().or(() -> local.flatMap(this::holderOf));
        if (device.isEmpty()) {
            local.ifPresent(address -> problem(
                    tunnel,
                    "mtu",
                    "no device of this host has " + address + ", so there is none to take the MTU from",
                    "write mtu as a number, or local.device"));
            return Optional.empty();
        }
        return device.map(observed.devices()::get).map(Device::mtu).map(mtu -> mtu - IpipLink.OVERHEAD);
    }

    private Optional<LinkName> holderOf(Ipv4 address) {
        return observed.addresses().stream()
                .filter(candidate -> candidate.address().equals(address))
                .map(LinkAddress::link)
                .findFirst();
    }

    private Optional<Ipv4> remoteAddress(Tunnel tunnel) {
        RemoteEndpoint endpoint = tunnel.peer().endpoint().orElseThrow();
        return endpoint.address().or(() -> lookUp(tunnel, endpoint.host()));
    }

    /** Of several answers the one in use stays, else the lowest: the order of answers is no reason for a change. */
    private Optional<Ipv4> lookUp(Tunnel tunnel, String host) {
        Optional<Ipv4> current = Optional.ofNullable(observed.links().get(tunnel.name()))
                .filter(link -> link.mark().isOurs())
                .map(link -> link.outer().remote());
        try {
            List<Ipv4> answers = names.resolve(host);
            if (answers.isEmpty()) {
                return unresolved(tunnel, host + " has no IPv4 address", current);
            }
            return current.filter(answers::contains).or(() -> answers.stream().min(Ipv4::compareTo));
        } catch (UnknownHostException e) {
            return unresolved(tunnel, host + " does not resolve", current);
        }
    }

    private Optional<Ipv4> unresolved(Tunnel tunnel, String what, Optional<Ipv4> current) {
        String path = "peers." + tunnel.peer().name() + ".endpoint";
        if (current.isPresent()) {
            warnings.add(new Problem(tunnel.peer().position(), path, what, "the tunnel stays at " + current.get()));
        } else {
            problems.add(new Problem(
                    tunnel.peer().position(), path, what, "write an address, or mend the name's DNS records"));
        }
        return current;
    }

    private void problem(Tunnel tunnel, String field, String message, String instead) {
        problems.add(new Problem(tunnel.position(), "tunnels." + tunnel.name() + "." + field, message, instead));
    }
}
