package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A configuration applied to one host.
 *
 * @param state includes what the deferred tunnels have in the kernel
 * @param tunnels the configured ones, in the file's order
 * @param gated the tunnels that the gate protects
 * @param roaming the tunnels that learn their peer's endpoint, in the file's order, without those that the host cannot have
 *     now; a refused write does not keep their peers from authenticating
 * @param learnt the endpoints learnt so far, by tunnel
 * @param clients the tunnels in which this host authenticates, in the file's order, without the deferred ones
 * @param remotes where the peers of the tunnels are that do not roam, without the deferred ones
 * @param deferred in the file's order
 * @param warnings names that do not resolve, so that their tunnels stay as they are
 */
public record Resolution(
        DesiredState state,
        List<Tunnel> tunnels,
        Set<LinkName> gated,
        List<RoamingTunnel> roaming,
        Map<LinkName, LearntEndpoint> learnt,
        List<ClientTunnel> clients,
        Map<LinkName, Remote> remotes,
        List<Deferral> deferred,
        List<Problem> warnings) {

    public Resolution {
        tunnels = List.copyOf(tunnels);
        gated = Set.copyOf(gated);
        roaming = List.copyOf(roaming);
        learnt = Map.copyOf(learnt);
        clients = List.copyOf(clients);
        remotes = Map.copyOf(remotes);
        deferred = List.copyOf(deferred);
        warnings = List.copyOf(warnings);
    }

    /** The configured tunnels that cannot be without the resource. */
    public Set<LinkName> neededBy(Resource resource) {
        if (resource instanceof FouListener listener) {
            return names(tunnel -> tunnel.local().port() == listener.port());
        }
        if (resource instanceof IpipLink link) {
            return named(link.name());
        }
        if (resource instanceof LinkAddress address && !address.isAlias()) {
            return named(address.link());
        }
        if (resource instanceof LinkAddress alias) {
            return roaming.stream()
                    .filter(tunnel -> tunnel.local().equals(alias.address()))
                    .map(tunnel -> tunnel.tunnel().name())
                    .collect(Collectors.toSet());
        }
        if (resource instanceof Route route) {
            return route.device().map(this::named).orElse(Set.of());
        }
        return resource instanceof NftTable || resource instanceof NftElement ? gated : Set.of();
    }

    private Set<LinkName> named(LinkName name) {
        return names(tunnel -> tunnel.name().equals(name));
    }

    private Set<LinkName> names(Predicate<Tunnel> which) {
        return tunnels.stream().filter(which).map(Tunnel::name).collect(Collectors.toSet());
    }
}
