package io.ipipou.spi.state;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one network namespace holds, ours and foreign alike, read whole or not at all.
 *
 * @param devices every interface by name
 * @param links every interface of kind {@code ipip} except the module's own {@code tunl0}
 * @param listeners every FOU port of the IPv4 family
 * @param addresses every IPv4 address, in the kernel's order per link: the first of a device is its first here
 * @param routes every unicast IPv4 route of the main table with TOS 0
 * @param udpPorts local UDP ports that any IPv4 or dual-stack socket holds, FOU's included
 * @param table the nftables table that the backend was opened for; empty when there is none of that name
 * @param elements those of the table's sets and maps, but for the sets that packets fill
 */
public record ObservedState(
        Map<LinkName, Device> devices,
        Map<LinkName, IpipLink> links,
        Set<FouListener> listeners,
        List<LinkAddress> addresses,
        Set<Route> routes,
        Set<Integer> udpPorts,
        Optional<NftTable> table,
        Set<NftElement> elements) {

    public static final ObservedState EMPTY =
            new ObservedState(Map.of(), Map.of(), Set.of(), List.of(), Set.of(), Set.of(), Optional.empty(), Set.of());

    public ObservedState {
        devices = Map.copyOf(devices);
        links = Map.copyOf(links);
        listeners = Set.copyOf(listeners);
        addresses = List.copyOf(addresses);
        routes = Set.copyOf(routes);
        udpPorts = Set.copyOf(udpPorts);
        elements = Set.copyOf(elements);
    }

    /** The device's first IPv4 address: what {@code local.address} defaults to. */
    public Optional<Ipv4> firstAddress(LinkName device) {
        return addresses.stream()
                .filter(address -> address.link().equals(device))
                .map(LinkAddress::address)
                .findFirst();
    }
}
