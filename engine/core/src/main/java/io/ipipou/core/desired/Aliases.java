package io.ipipou.core.desired;

import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Assigns aliases to server tunnels: the configured one, or else the one that the tunnel's link already has, or else
 * the lowest free address of the range. The range's first address is not used.
 */
final class Aliases {

    private final Ipv4Prefix range;
    private final Set<Ipv4> taken = new HashSet<>();
    private final Map<LinkName, Ipv4> assigned = new LinkedHashMap<>();
    private int next = 1;

    private Aliases(Ipv4Prefix range) {
        this.range = range;
    }

    /** The aliases by tunnel, without the tunnels that need none or that found no free address. */
    static Map<LinkName, Ipv4> of(Ipv4Prefix range, Collection<Tunnel> tunnels, ObservedState observed) {
        Aliases aliases = new Aliases(range);
        observed.addresses().stream()
                .filter(address -> !address.isAlias())
                .map(LinkAddress::address)
                .forEach(aliases.taken::add);
        for (Tunnel tunnel : tunnels) {
            if (tunnel.alias() instanceof AliasChoice.Fixed fixed) {
                aliases.assign(tunnel, fixed.address());
            }
        }
        for (Tunnel tunnel : tunnels) {
            Optional.ofNullable(observed.links().get(tunnel.name()))
                    .filter(link -> aliases.needsOne(tunnel) && link.mark().isManaged())
                    .map(IpipLink::outer)
                    .map(OuterHeader::local)
                    .filter(local -> range.contains(local) && !aliases.taken.contains(local))
                    .ifPresent(local -> aliases.assign(tunnel, local));
        }
        for (Tunnel tunnel : tunnels) {
            if (aliases.needsOne(tunnel)) {
                aliases.lowestFree().ifPresent(address -> aliases.assign(tunnel, address));
            }
        }
        return aliases.assigned;
    }

    private boolean needsOne(Tunnel tunnel) {
        return !assigned.containsKey(tunnel.name()) && tunnel.alias() instanceof AliasChoice.Auto;
    }

    private void assign(Tunnel tunnel, Ipv4 address) {
        assigned.put(tunnel.name(), address);
        taken.add(address);
    }

    private Optional<Ipv4> lowestFree() {
        while (true) {
            Ipv4 candidate = new Ipv4(range.address().bits() + next);
            if (!range.contains(candidate)) {
                return Optional.empty();
            }
            next++;
            if (!taken.contains(candidate)) {
                return Optional.of(candidate);
            }
        }
    }
}
