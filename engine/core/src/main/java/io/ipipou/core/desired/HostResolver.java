package io.ipipou.core.desired;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Derives a host's desired state from its configuration and from what only the host knows: addresses and MTUs of its
 * devices, addresses of names, and where peers were when they last authenticated.
 */
public final class HostResolver {

    private final Config config;
    private final AuthSchemes schemes;
    private final HostProblems problems = new HostProblems();
    private final LocalEnds localEnds;
    private final RemoteEnds remoteEnds;
    private final Gate gate;
    private final Map<LinkName, Ipv4> aliases;

    private final Map<LinkName, IpipLink> links = new TreeMap<>();
    private final Set<FouListener> listeners = new LinkedHashSet<>();
    private final Set<LinkAddress> addresses = new LinkedHashSet<>();
    private final Set<Route> routes = new LinkedHashSet<>();
    private final Map<ResourceId, NftElement> elements = new LinkedHashMap<>();
    private final Set<PacketShape> shapes = new LinkedHashSet<>();
    private final List<RoamingTunnel> roaming = new ArrayList<>();
    private final List<ClientTunnel> clients = new ArrayList<>();

    private HostResolver(Config config, AuthSchemes schemes, ObservedState observed, NameResolver names) {
        this.config = config;
        this.schemes = schemes;
        this.localEnds = new LocalEnds(observed, problems);
        this.remoteEnds = new RemoteEnds(observed, names, problems);
        this.gate = new Gate(config.settings().nftTable(), config.settings().aliasRange());
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

        /** @return empty when the peer has not authenticated yet */
        Optional<LearntEndpoint> find(RoamingTunnel tunnel);
    }

    /**
     * The desired state of the observed host, with the endpoints that its kernel holds.
     *
     * @throws UnresolvableException if the configuration does not fit the host; lists every reason
     */
    public static Resolution resolve(Config config, AuthSchemes schemes, ObservedState observed, NameResolver names)
            throws UnresolvableException {
        Map<ResourceId, NftElement> elements =
                observed.elements().stream().collect(Collectors.toMap(NftElement::id, element -> element));
        return resolve(config, schemes, observed, names, tunnel -> tunnel.learntIn(observed.links(), elements));
    }

    /**
     * The desired state of the observed host, with the endpoints that the lookup finds.
     *
     * @throws UnresolvableException if the configuration does not fit the host; lists every reason
     */
    public static Resolution resolve(
            Config config, AuthSchemes schemes, ObservedState observed, NameResolver names, EndpointLookup endpoints)
            throws UnresolvableException {
        return new HostResolver(config, schemes, observed, names).resolve(endpoints);
    }

    private Resolution resolve(EndpointLookup endpoints) throws UnresolvableException {
        Map<Tunnel, Ipv4> arrivals = new LinkedHashMap<>();
        config.tunnels()
                .forEach(tunnel -> localEnds.address(tunnel).ifPresent(address -> arrivals.put(tunnel, address)));
        Set<Endpoint> gated = arrivals.entrySet().stream()
                .filter(arrival -> arrival.getKey().mode() != Mode.STATIC)
                .map(arrival -> new Endpoint(
                        arrival.getValue(), arrival.getKey().local().port()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        arrivals.forEach((tunnel, address) -> add(tunnel, address, gated));
        problems.throwIfAny();
        NftTable table = gate.table(
                config.settings().queue(), gated.stream().map(Endpoint::address).collect(Collectors.toSet()), shapes);
        Map<LinkName, LearntEndpoint> learnt = addLearnt(endpoints, table);
        gated.forEach(
                listener -> gate.listener(listener.address(), listener.port()).forEach(this::add));
        DesiredState state = new DesiredState(
                links,
                listeners,
                addresses,
                routes,
                gated.isEmpty() ? Optional.empty() : Optional.of(table),
                Set.copyOf(elements.values()));
        return new Resolution(state, roaming, learnt, clients, problems.warnings());
    }

    private Map<LinkName, LearntEndpoint> addLearnt(EndpointLookup endpoints, NftTable table) {
        Map<LinkName, LearntEndpoint> learnt = new LinkedHashMap<>();
        for (RoamingTunnel tunnel : roaming) {
            endpoints.find(tunnel).filter(endpoint -> isFree(tunnel, endpoint)).ifPresent(endpoint -> {
                learnt.put(tunnel.tunnel().name(), endpoint);
                add(tunnel.stateAt(endpoint, table));
            });
        }
        return learnt;
    }

    /** Whether no other tunnel is admitted from there: the gate has one tunnel per endpoint. */
    private boolean isFree(RoamingTunnel tunnel, LearntEndpoint learnt) {
        return tunnel.admission(learnt)
                .map(NftElement::id)
                .filter(elements::containsKey)
                .isEmpty();
    }

    private void add(Tunnel tunnel, Ipv4 address, Set<Endpoint> gated) {
        int port = tunnel.local().port();
        listeners.add(FouListener.onPort(port));
        Ipv4 local = aliasOr(address, tunnel);
        Optional<Integer> mtu = localEnds.mtu(tunnel, address);
        Optional<Endpoint> remote = remoteEnds.endpoint(tunnel);
        Optional<Auth> auth = tunnel.peer().auth();
        if (tunnel.mode() == Mode.SERVER && auth.isPresent()) {
            expect(schemes.requestShape(auth.get()));
            mtu.ifPresent(bytes -> roaming.add(new RoamingTunnel(tunnel, gate, address, local, bytes, remote)));
        } else if (remote.isPresent() && mtu.isPresent()) {
            links.put(tunnel.name(), RoamingTunnel.link(tunnel, local, remote.get(), mtu.get()));
            addresses.addAll(RoamingTunnel.addresses(tunnel));
            routes.addAll(RoamingTunnel.routes(tunnel));
            if (gated.contains(new Endpoint(address, port))) {
                admitPermanently(tunnel, remote.get(), address, local);
            }
        }
        if (tunnel.mode() == Mode.CLIENT) {
            expect(schemes.replyShape(auth.orElseThrow()));
            remote.ifPresent(server -> clients.add(new ClientTunnel(tunnel, new Endpoint(address, port), server)));
        }
    }

    private Ipv4 aliasOr(Ipv4 address, Tunnel tunnel) {
        Ipv4 local = aliases.getOrDefault(tunnel.name(), address);
        if (!local.equals(address)) {
            addresses.add(LinkAddress.alias(local));
            gate.alias(local, tunnel.local().port(), address).forEach(this::add);
        } else if (tunnel.mode() == Mode.SERVER && tunnel.alias() instanceof AliasChoice.Auto) {
            problems.error(
                    tunnel,
                    "alias",
                    "settings.aliasRange " + config.settings().aliasRange() + " has no free address",
                    "use a larger range");
        }
        return local;
    }

    private void expect(PacketShape shape) {
        shapes.add(shape);
        gate.caller(shape).ifPresent(this::add);
    }

    private void admitPermanently(Tunnel tunnel, Endpoint remote, Ipv4 address, Ipv4 local) {
        NftElement admission = gate.admission(remote, tunnel.local().port(), local, Optional.empty());
        if (elements.containsKey(admission.id())) {
            problems.error(
                    tunnel,
                    "peer",
                    "another tunnel on port " + tunnel.local().port() + " has a peer at " + remote,
                    "use another endpoint, or another local.port");
        }
        add(admission);
        if (local.equals(address)) {
            add(gate.pair(remote.address(), local));
        }
    }

    private void add(NftElement element) {
        elements.put(element.id(), element);
    }

    private void add(DesiredState part) {
        links.putAll(part.links());
        addresses.addAll(part.addresses());
        routes.addAll(part.routes());
        part.elements().forEach(this::add);
    }
}
