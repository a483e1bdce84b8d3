package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.backend.netlink.message.FouMessage;
import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.backend.netlink.nft.Nftables;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the whole state of a namespace. */
final class StateReader {

    private static final int ATTEMPTS = 5;

    private final NetlinkConnection rtnetlink;
    private final NetlinkConnection generic;
    private final UdpPorts udpPorts;
    private final Nftables nftables;

    StateReader(NetlinkConnection rtnetlink, NetlinkConnection generic, UdpPorts udpPorts, Nftables nftables) {
        this.rtnetlink = rtnetlink;
        this.generic = generic;
        this.udpPorts = udpPorts;
        this.nftables = nftables;
    }

    ObservedState observe() throws BackendException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Builder state = new Builder();
            if (state.addLinks(rtnetlink.dump(Links.ALL))
                    && state.addAddresses(rtnetlink.dump(Addresses.ALL))
                    && state.addRoutes(Routes.dump(rtnetlink))) {
                state.addListeners(Listeners.dump(generic));
                return state.build(udpPorts.read(), nftables.observe());
            }
        }
        throw unstable();
    }

    /** As {@link NetlinkBackend#routesIn}. */
    Set<Route> routesIn(int table) throws BackendException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Builder state = new Builder();
            if (state.addLinks(rtnetlink.dump(Links.ALL)) && state.addRoutes(Routes.dump(rtnetlink, table))) {
                return state.routes;
            }
        }
        throw unstable();
    }

    private static BackendException unstable() {
        return new BackendException("links were created or deleted during each of " + ATTEMPTS
                + " attempts to read them; retry when the host is less busy");
    }

    /** The state read so far. Each step returns whether it is consistent with the previous ones. */
    private static final class Builder {

        private final Map<Integer, LinkName> names = new HashMap<>();
        private final Map<LinkName, Device> devices = new HashMap<>();
        private final Map<LinkName, IpipLink> links = new HashMap<>();
        private final List<LinkAddress> addresses = new ArrayList<>();
        private final Set<Route> routes = new HashSet<>();
        private final Set<FouListener> listeners = new HashSet<>();

        boolean addLinks(List<LinkMessage> messages) {
            for (LinkMessage link : messages) {
                LinkName name = Links.name(link);
                names.put(link.index(), name);
                devices.put(name, new Device(name, link.kind(), link.mtu(), link.up(), Set.copyOf(link.altNames())));
            }
            for (LinkMessage link : messages) {
                Links.toState(link, this::nameOrIndex).ifPresent(ipip -> links.put(ipip.name(), ipip));
            }
            return devices.size() == names.size();
        }

        boolean addAddresses(List<AddressMessage> messages) {
            for (AddressMessage address : messages) {
                Optional<LinkName> link = name(address.index());
                link.ifPresent(name -> addresses.add(Addresses.toState(address, name)));
                if (link.isEmpty()) {
                    return false;
                }
            }
            return true;
        }

        boolean addRoutes(List<RouteMessage> messages) {
            for (RouteMessage message : messages) {
                Optional<LinkName> device = name(message.device());
                if (device.isEmpty() && message.device() != 0) {
                    return false;
                }
                routes.add(Routes.toState(message, device));
            }
            return true;
        }

        void addListeners(List<FouMessage> messages) {
            messages.forEach(port -> listeners.add(
                    Listeners.toState(port, index -> nameOrIndex(index).value())));
        }

        ObservedState build(Set<Integer> udpPorts, Nftables.Observed nft) {
            return new ObservedState(
                    devices, links, listeners, addresses, routes, udpPorts, nft.table(), nft.elements());
        }

        private Optional<LinkName> name(int index) {
            return Optional.ofNullable(names.get(index));
        }

        /** A tunnel or FOU port can outlive the link that it is bound to. */
        private LinkName nameOrIndex(int index) {
            return name(index).orElseGet(() -> Links.numbered(index));
        }
    }
}
