package io.ipipou.core.desired;

import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The objects of a host that ipipou manages. It never changes or deletes any other. */
public final class ManagedObjects {

    private final Map<LinkName, IpipLink> links;
    private final Optional<NftTable> table;
    private final Set<Integer> ports;

    private ManagedObjects(ObservedState observed) {
        links = observed.links().values().stream()
                .filter(link -> link.mark().isManaged())
                .collect(Collectors.toMap(IpipLink::name, link -> link));
        table = observed.table().filter(Gate::isManaged);
        ports = links.values().stream()
                .map(link -> link.encap().sourcePort())
                .collect(Collectors.toCollection(HashSet::new));
        if (table.isPresent()) {
            observed.elements().stream()
                    .filter(element -> element.set().equals(Gate.LISTENERS))
                    .map(element -> element.key().get(element.key().size() - 1).bits())
                    .forEach(ports::add);
        }
    }

    public static ManagedObjects of(ObservedState observed) {
        return new ManagedObjects(observed);
    }

    /** The links with ipipou's mark. */
    public Map<LinkName, IpipLink> links() {
        return links;
    }

    /** The table, if it is a {@link Gate}. */
    public Optional<NftTable> table() {
        return table;
    }

    /** Whether a managed link sends from the port, or the gate lists it. */
    public boolean hasPort(int port) {
        return ports.contains(port);
    }

    /** Aliases, and all addresses on managed links, whoever added them. */
    public boolean has(LinkAddress address) {
        return address.isAlias() || links.containsKey(address.link());
    }

    /**
     * Routes through managed links that ipipou made; in the main table also those that a person or a script made, but not
     * those of a routing daemon or the kernel.
     */
    public boolean has(Route route) {
        return route.device().filter(links::containsKey).isPresent()
                && (route.protocol() == Route.PROTOCOL_IPIPOU
                        || (route.table() == Route.TABLE_MAIN
                                && Set.of(Route.PROTOCOL_BOOT, Route.PROTOCOL_STATIC)
                                        .contains(route.protocol())));
    }

    /**
     * The address without what has no meaning on a managed link and the kernel cannot change in place: its label, except an
     * alias's, and its scope; and without what follows from the link's other addresses.
     */
    public static LinkAddress normalized(LinkAddress address) {
        return new LinkAddress(
                address.link(),
                address.address(),
                address.peer(),
                address.prefixLength(),
                address.isAlias() ? address.label() : address.link().value());
    }
}
