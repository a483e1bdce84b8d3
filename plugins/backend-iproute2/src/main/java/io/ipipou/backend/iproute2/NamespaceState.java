package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state of the namespace, read once.
 *
 * @param groups the group of every link
 */
record NamespaceState(ObservedState state, Map<LinkName, Integer> groups) {

    NamespaceState {
        groups = Map.copyOf(groups);
    }

    /**
     * Combines the dumps.
     *
     * @param linkDump output of {@code ip addr show}
     */
    static NamespaceState of(List<JsonObject> linkDump, Set<Route> routes, FouDump fou, Set<Integer> udpPorts)
            throws BackendException {
        Map<LinkName, Device> devices = new HashMap<>();
        Map<LinkName, IpipLink> links = new HashMap<>();
        Map<LinkName, Integer> groups = new HashMap<>();
        List<LinkAddress> addresses = new ArrayList<>();
        for (JsonObject object : linkDump) {
            Optional<LinkName> name = LinkDump.name(object);
            if (name.isPresent()) {
                devices.put(name.get(), LinkDump.device(object, name.get()));
                groups.put(name.get(), LinkDump.group(object));
                LinkDump.link(object, name.get()).ifPresent(link -> links.put(link.name(), link));
                addresses.addAll(LinkDump.addresses(object, name.get()));
            }
        }
        ObservedState state = new ObservedState(
                devices, links, fou.listeners(), addresses, routes, udpPorts, Optional.empty(), Set.of());
        return new NamespaceState(state, groups);
    }

    /** The state together with the nft table. */
    ObservedState stateWith(Optional<NftSnapshot> nft) {
        return new ObservedState(
                state.devices(),
                state.links(),
                state.listeners(),
                state.addresses(),
                state.routes(),
                state.udpPorts(),
                nft.map(NftSnapshot::table),
                nft.map(NftSnapshot::elements).orElse(Set.of()));
    }
}
