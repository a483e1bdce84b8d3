package io.ipipou.core.desired;

import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives servers' tunnels their aliases: what the file says, else what the tunnel's link has already, else the lowest
 * address of the range that is free. The range's first address is never given.
 */
final class Aliases {

    private final Ipv4Prefix range;
    private final Set<Ipv4> taken = new HashSet<>();
    private final Map<LinkName, Ipv4> given = new LinkedHashMap<>();
    private int next = 1;

    private Aliases(Ipv4Prefix range) {
        this.range = range;
    }

    /** By tunnel; one that is to have none, or that the range was too small for, is not in it. */
    static Map<LinkName, Ipv4> of(Ipv4Prefix range, Collection<Tunnel> tunnels, ObservedState observed) {
        Aliases aliases = new Aliases(range);
        observed.addresses().stream()
                .filter(address -> !address.isAlias())
                .map(LinkAddress::address)
                .forEach(aliases.taken::add);
        for (Tunnel tunnel : tunnels) {
            if (tunnel.alias() instanceof AliasChoice.Fixed fixed) {
                aliases.give(tunnel, fixed.address());
            }
        }
        for (Tunnel tunnel : tunnels) {
            Optional.ofNullable(observed.links().get(tunnel.name()))
                    .filter(link -> aliases.wants(tunnel) && link.mark().isManaged())
                    .map(IpipLink::outer)
                    .map(outer -> outer.local())
                    .filter(local -> range.contains(local) && !aliases.taken.contains(local))
                    .ifPresent(local -> aliases.give(tunnel, local));
        }
        for (Tunnel tunnel : tunnels) {
            if (aliases.wants(tunnel)) {
                aliases.lowestFree().ifPresent(address -> aliases.give(tunnel, address));
            }
        }
        return aliases.given;
    }

    private boolean wants(Tunnel tunnel) {
        return !given.containsKey(tunnel.name()) && tunnel.alias() instanceof AliasChoice.Auto;
    }

    private void give(Tunnel tunnel, Ipv4 address) {
        given.put(tunnel.name(), address);
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
