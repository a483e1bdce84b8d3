package io.ipipou.core.desired;

import io.ipipou.core.config.DeviceChoice;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the device, local address and MTU of tunnels: from the host where the configuration leaves them out. */
final class LocalEnds {

    /**
     * This host's end of a tunnel.
     *
     * @param device what the outer packets leave and arrive through; empty for any
     * @param address where they arrive
     */
    record LocalEnd(Optional<LinkName> device, Ipv4 address) {}

    private final ObservedState observed;
    private final RouteLookup routes;

    /** By address or name. Thousands of tunnels ask for the same few, and each search walks the whole host. */
    private final Map<Ipv4, Optional<LinkName>> devices = new HashMap<>();

    private final Map<String, Optional<LinkName>> names = new HashMap<>();
    private final Map<LinkName, DeviceAddresses> addresses = new HashMap<>();
    private final Map<Integer, Set<Ipv4>> listening = new HashMap<>();
    private final Map<Ipv4, Optional<RoutePath>> paths = new HashMap<>();

    LocalEnds(ObservedState observed, RouteLookup routes) {
        this.observed = observed;
        this.routes = routes;
    }

    /** @param remote where the peer is, if that is known */
    LocalEnd end(Tunnel tunnel, Optional<Remote> remote) throws DeferredException, BackendException {
        Optional<Ipv4> peer = remote.map(end -> end.inUse().address());
        Optional<DeviceChoice> choice = tunnel.local().device();
        if (choice.isPresent() && choice.get() instanceof DeviceChoice.Auto) {
            return towards(peer.orElseThrow());
        }
        Optional<LinkName> device = Optional.empty();
        if (choice.isPresent()) {
            String name = choice.get().toString();
            device = Optional.of(
                    device(name).orElseThrow(() -> new DeferredException("device " + name + " does not exist", "")));
        }
        Optional<Ipv4> configured = tunnel.local().address();
        if (configured.isEmpty()) {
            return new LocalEnd(device, address(tunnel, device.orElseThrow(), peer));
        }
        if (deviceWith(configured.get()).isEmpty()) {
            throw new DeferredException(
                    "this host does not have the address " + configured.get(),
                    "behind 1:1 NAT, write the private address"
                            + device.or(() -> peer.flatMap(this::deviceTowards))
                                    .flatMap(link ->
                                            addresses(link).best().stream().findFirst())
                                    .map(address -> " " + address)
                                    .orElse(""));
        }
        return new LocalEnd(device, configured.get());
    }

    /** In bytes. */
    int mtu(Tunnel tunnel, LocalEnd local) throws DeferredException {
        if (tunnel.mtu().isPresent()) {
            return tunnel.mtu().getAsInt();
        }
        return local.device()
                .or(() -> deviceWith(local.address()))
                .map(observed.devices()::get)
                .map(Device::mtu)
                .map(mtu -> mtu - IpipLink.OVERHEAD)
                .orElseThrow(() -> new DeferredException(
                        "no device has the address " + local.address() + ", so the MTU is unknown", "set mtu"));
    }

    private Optional<LinkName> device(String name) {
        return names.computeIfAbsent(name, wanted -> observed.device(wanted).map(Device::name));
    }

    private Ipv4 address(Tunnel tunnel, LinkName device, Optional<Ipv4> peer)
            throws DeferredException, BackendException {
        DeviceAddresses candidates = addresses(device);
        List<Ipv4> best = candidates.best();
        if (best.isEmpty()) {
            throw new DeferredException("device " + device + " has no IPv4 address", "");
        }
        Optional<Ipv4> inUse =
                inUse(tunnel).stream().filter(candidates::canStay).findFirst();
        if (inUse.isPresent() || best.size() == 1 || peer.isEmpty()) {
            return inUse.orElse(best.get(0));
        }
        return routes.routeTo(peer.get(), Optional.of(device))
                .map(RoutePath::source)
                .filter(best::contains)
                .orElse(best.get(0));
    }

    /** The addresses that the tunnel's packets arrive at now: its link's, or those of the gate for its port. */
    private Set<Ipv4> inUse(Tunnel tunnel) {
        Optional<IpipLink> link = Optional.ofNullable(observed.links().get(tunnel.name()))
                .filter(found -> found.mark().isManaged());
        Optional<Ipv4> own = link.map(found -> found.outer().local())
                .filter(local -> deviceWith(local).isPresent());
        if (own.isPresent()
                || tunnel.mode() != Mode.SERVER
                || observed.table().filter(Gate::isManaged).isEmpty()) {
            return own.map(Set::of).orElse(Set.of());
        }
        return listening.computeIfAbsent(tunnel.local().port(), port -> observed.elements().stream()
                .filter(element -> element.set().equals(Gate.LISTENERS)
                        && element.key().get(1).equals(NftValue.port(port)))
                .map(element -> new Ipv4(element.key().get(0).bits()))
                .collect(Collectors.toSet()));
    }

    /** By the kernel's route, but never through a tunnel of ipipou's own. */
    private LocalEnd towards(Ipv4 peer) throws DeferredException, BackendException {
        Optional<RoutePath> path = paths.get(peer);
        if (path == null) {
            path = routes.routeTo(peer, Optional.empty());
            if (path.isPresent() && isManaged(path.get().device())) {
                Optional<LinkName> other = deviceTowards(peer);
                path = other.isPresent() ? routes.routeTo(peer, other) : Optional.empty();
            }
            paths.put(peer, path);
        }
        RoutePath found = path.orElseThrow(() -> new DeferredException("no route to " + peer, ""));
        if (deviceWith(peer).isPresent()) {
            throw new DeferredException(
                    "the peer's endpoint " + peer + " is an address of this host", "write another endpoint");
        }
        return new LocalEnd(Optional.of(found.device()), found.source());
    }

    /** The device of the best route to the destination in table main, without managed links. */
    private Optional<LinkName> deviceTowards(Ipv4 destination) {
        return observed.routes().stream()
                .filter(route -> route.table() == Route.TABLE_MAIN
                        && route.destination().contains(destination)
                        && route.device().filter(device -> !isManaged(device)).isPresent())
                .min(Comparator.comparing((Route route) -> -route.destination().length())
                        .thenComparing(Route::metric, Integer::compareUnsigned))
                .flatMap(Route::device);
    }

    private boolean isManaged(LinkName device) {
        return Optional.ofNullable(observed.links().get(device))
                .filter(link -> link.mark().isManaged())
                .isPresent();
    }

    private DeviceAddresses addresses(LinkName device) {
        return addresses.computeIfAbsent(device, link -> DeviceAddresses.of(observed, link));
    }

    private Optional<LinkName> deviceWith(Ipv4 address) {
        return devices.computeIfAbsent(address, wanted -> observed.addresses().stream()
                .filter(candidate -> candidate.address().equals(wanted) && !candidate.isAlias())
                .map(LinkAddress::link)
                .findFirst());
    }
}
