package io.ipipou.spi.state;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state of one network namespace, whether managed by ipipou or not; always complete.
 *
 * @param devices every interface, by name
 * @param links every interface of kind {@code ipip} except the module's own {@code tunl0}, by name
 * @param listeners every FOU port of family IPv4
 * @param addresses every IPv4 address, those of a link in the kernel's order
 * @param routes every unicast IPv4 route with TOS 0 that is in the main table or has ipipou's protocol
 *     ({@link Route#PROTOCOL_IPIPOU})
 * @param udpPorts the local ports of all IPv4 and dual-stack UDP sockets, including FOU's
 * @param table the nftables table that the backend was opened for; empty when it does not exist
 * @param elements of the table's sets and maps, except sets that packets fill
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

    /** @param name of the device, or one of its alternative names */
    public Optional<Device> device(String name) {
        return LinkName.parse(name).map(devices::get).or(() -> devices.values().stream()
                .filter(device -> device.altNames().contains(name))
                .findFirst());
    }

    /** The device's first IPv4 address in the kernel's order. */
    public Optional<Ipv4> firstAddress(LinkName device) {
        return addresses.stream()
                .filter(address -> address.link().equals(device))
                .map(LinkAddress::address)
                .findFirst();
    }
}
