package io.ipipou.core.desired;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.config.TunnelRoute;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Derives a host's desired state from its configuration and from what only the host knows: addresses and MTUs of its
 * devices, addresses of names, and where peers were when they last authenticated. A tunnel that the host cannot have now
 * is deferred: the desired state has of it what the kernel has.
 */
public final class HostResolver {

    /** Where a tunnel's packets come from and go to on this host. */
    private record Ends(
            Tunnel tunnel, Optional<LinkName> device, Ipv4 address, Ipv4 local, int mtu, Optional<Remote> remote) {
        Endpoint arrival() {
            return new Endpoint(address, tunnel.local().port());
        }
    }

    private final Config config;
    private final ObservedState observed;
    private final Withheld withheld;
    private final LocalEnds localEnds;
    private final RemoteEnds remoteEnds;
    private final StateDraft draft;
    private final Map<LinkName, Ipv4> aliases;
    private @Nullable HeldTunnels held;

    private final List<RoamingTunnel> roaming = new ArrayList<>();
    private final List<ClientTunnel> clients = new ArrayList<>();
    private final Map<LinkName, Remote> remotes = new HashMap<>();
    private final Map<LinkName, Deferral> deferred = new HashMap<>();
    private final List<Deferral> deferredRoutes = new ArrayList<>();

    private HostResolver(
            Config config,
            AuthSchemes schemes,
            ObservedState observed,
            Map<String, NameAnswer> names,
            Withheld withheld,
            RouteLookup routes) {
        this.config = config;
        this.observed = observed;
        this.withheld = withheld;
        this.localEnds = new LocalEnds(observed, routes);
        this.remoteEnds = new RemoteEnds(observed, names);
        this.draft = new StateDraft(config, schemes);
        this.aliases = Aliases.of(
                config.settings().aliasRange(),
                config.tunnels().stream()
                        .filter(tunnel -> tunnel.mode() == Mode.SERVER)
                        .toList(),
                observed);
    }

    /** Finds where peers are that roam. */
    @FunctionalInterface
    public interface EndpointLookup {

        /** Takes it from the kernel. */
        EndpointLookup KERNEL = (tunnel, inKernel) -> inKernel.get();

        /**
         * @param inKernel the endpoint that the kernel holds
         * @return empty when the peer has not authenticated yet
         */
        Optional<LearntEndpoint> find(RoamingTunnel tunnel, Supplier<Optional<LearntEndpoint>> inKernel);

        /** Which of its peer's endpoints the tunnel uses that does not roam; empty for the one in the kernel. */
        default Optional<Endpoint> chosen(LinkName tunnel) {
            return Optional.empty();
        }
    }

    /**
     * The desired state of the observed host.
     *
     * @param names what is known of the configuration's host names
     * @param routes of the observed host
     * @throws BackendException if the routes cannot be read
     */
    public static Resolution resolve(
            Config config,
            AuthSchemes schemes,
            ObservedState observed,
            Map<String, NameAnswer> names,
            EndpointLookup endpoints,
            Withheld withheld,
            RouteLookup routes)
            throws BackendException {
        return new HostResolver(config, schemes, observed, names, withheld, routes).resolve(endpoints);
    }

    private Resolution resolve(EndpointLookup endpoints) throws BackendException {
        List<Ends> ends = new ArrayList<>();
        for (Tunnel tunnel : config.tunnels()) {
            deferring(tunnel, () -> ends.add(ends(tunnel, endpoints)));
        }
        ends.stream()
                .filter(end -> end.tunnel().mode() != Mode.STATIC
                        && !withheld.tunnels().containsKey(end.tunnel().name()))
                .map(Ends::arrival)
                .forEach(draft.gatedEnds::add);
        deferredTunnels().forEach(tunnel -> held().reserve(tunnel, draft));
        for (Ends end : ends) {
            deferring(end.tunnel(), () -> add(end));
        }
        List<Tunnel> holding = deferredTunnels();
        holding.forEach(tunnel -> held().addTo(draft, tunnel, Optional.ofNullable(aliases.get(tunnel.name()))));
        NftTable table = draft.table();
        Map<LinkName, LearntEndpoint> learnt = addLearnt(endpoints, table);
        holding.forEach(tunnel -> held().addRoutesTo(draft, tunnel));
        return new Resolution(
                draft.state(table),
                config.tunnels(),
                draft.gated,
                roaming,
                learnt,
                clients,
                remotes,
                deferrals(),
                remoteEnds.warnings());
    }

    private interface Step {
        void run() throws DeferredException, BackendException;
    }

    private void deferring(Tunnel tunnel, Step step) throws BackendException {
        try {
            step.run();
        } catch (DeferredException e) {
            deferred.put(tunnel.name(), Deferral.of(tunnel, e.obstacle()));
        }
    }

    private Ends ends(Tunnel tunnel, EndpointLookup endpoints) throws DeferredException, BackendException {
        Optional<Remote> remote = remoteEnds.remote(tunnel, endpoints.chosen(tunnel.name()));
        LocalEnds.LocalEnd end = localEnds.end(tunnel, remote);
        Ipv4 address = end.address();
        Ipv4 local = aliases.getOrDefault(tunnel.name(), address);
        if (local.equals(address) && tunnel.mode() == Mode.SERVER && tunnel.alias() instanceof AliasChoice.Auto) {
            throw new DeferredException(
                    "settings.aliasRange " + config.settings().aliasRange() + " has no free address",
                    "use a larger range");
        }
        return new Ends(tunnel, end.device(), address, local, localEnds.mtu(tunnel, end), remote);
    }

    private void add(Ends ends) throws DeferredException {
        Tunnel tunnel = ends.tunnel();
        int port = tunnel.local().port();
        Optional<Auth> auth = tunnel.peer().auth();
        if (tunnel.mode() == Mode.SERVER && auth.isPresent()) {
            roaming.add(new RoamingTunnel(
                    tunnel,
                    draft.gate,
                    ends.device(),
                    ends.address(),
                    ends.local(),
                    ends.mtu(),
                    remoteEnds.allowed(tunnel, ends.remote())));
        }
        Obstacle obstacle = withheld.tunnels().get(tunnel.name());
        if (obstacle != null) {
            throw new DeferredException(obstacle);
        }
        if (tunnel.mode() == Mode.SERVER && auth.isPresent()) {
            draft.gated.add(tunnel.name());
        } else if (ends.remote().isPresent()) {
            Remote remote = ends.remote().get();
            IpipLink link = RoamingTunnel.link(tunnel, ends.device(), ends.local(), remote.inUse(), ends.mtu());
            draft.claim(link);
            if (draft.gatedEnds.contains(ends.arrival())) {
                draft.admitPermanently(tunnel, remote.inUse(), ends.arrival(), ends.local());
            }
            draft.links.put(tunnel.name(), link);
            remotes.put(tunnel.name(), remote);
            draft.addresses.addAll(RoamingTunnel.addresses(tunnel));
            addRoutes(tunnel, RoamingTunnel.routes(tunnel, remote.inUse()), remote.inUse());
        }
        if (tunnel.mode() == Mode.CLIENT) {
            ends.remote()
                    .ifPresent(server -> clients.add(new ClientTunnel(tunnel, ends.arrival(), ends.device(), server)));
        }
        draft.listeners.add(FouListener.onPort(port));
        if (!ends.local().equals(ends.address())) {
            draft.addAlias(ends.local(), port, ends.address());
        }
        draft.expect(tunnel);
    }

    private Map<LinkName, LearntEndpoint> addLearnt(EndpointLookup endpoints, NftTable table) {
        Map<LinkName, LearntEndpoint> learnt = new LinkedHashMap<>();
        Map<ResourceId, NftElement> inKernel = new HashMap<>();
        for (RoamingTunnel tunnel : roaming) {
            Supplier<Optional<LearntEndpoint>> kernel = () -> {
                if (inKernel.isEmpty()) {
                    observed.elements().forEach(element -> inKernel.put(element.id(), element));
                }
                return tunnel.learntIn(observed.links(), inKernel);
            };
            Optional<LearntEndpoint> found = endpoints.find(tunnel, kernel);
            if (deferred.containsKey(tunnel.tunnel().name())) {
                found.ifPresent(endpoint -> learnt.put(tunnel.tunnel().name(), endpoint));
                continue;
            }
            found.filter(endpoint -> draft.isFree(tunnel, endpoint)).ifPresent(endpoint -> {
                DesiredState part = tunnel.stateAt(endpoint, table);
                learnt.put(tunnel.tunnel().name(), endpoint);
                draft.links.putAll(part.links());
                draft.addresses.addAll(part.addresses());
                addRoutes(tunnel.tunnel(), part.routes(), endpoint.endpoint());
                part.elements().forEach(draft::add);
            });
        }
        return learnt;
    }

    private List<Tunnel> deferredTunnels() {
        return deferred.isEmpty()
                ? List.of()
                : config.tunnels().stream()
                        .filter(tunnel -> deferred.containsKey(tunnel.name()))
                        .toList();
    }

    private HeldTunnels held() {
        if (held == null) {
            held = new HeldTunnels(withheld.before().orElse(observed));
        }
        return held;
    }

    private void addRoutes(Tunnel tunnel, Set<Route> routes, Endpoint remote) {
        routes.forEach(this::add);
        for (TunnelRoute loop : RoamingTunnel.loops(tunnel, remote)) {
            Obstacle obstacle = new Obstacle(
                    loop.to() + " contains the peer's endpoint " + remote.address()
                            + ", so outer packets would be routed into the tunnel itself",
                    "set local.device");
            deferredRoutes.add(
                    new Deferral(loop.through(tunnel.name()).id(), obstacle, Optional.of(tunnel.position())));
        }
    }

    private void add(Route route) {
        Obstacle obstacle = withheld.routes().get(route.key());
        if (obstacle == null) {
            draft.routes.put(route.key(), route);
            return;
        }
        LinkName name = route.device().orElseThrow();
        Optional<Tunnel> tunnel = config.tunnels().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst();
        deferredRoutes.add(new Deferral(route.id(), obstacle, tunnel.map(Tunnel::position)));
        held().route(route.key()).ifPresent(existing -> draft.routes.putIfAbsent(existing.key(), existing));
    }

    private List<Deferral> deferrals() {
        List<Deferral> all = new ArrayList<>();
        deferredTunnels().forEach(tunnel -> all.add(Objects.requireNonNull(deferred.get(tunnel.name()))));
        all.addAll(deferredRoutes);
        return all;
    }
}
