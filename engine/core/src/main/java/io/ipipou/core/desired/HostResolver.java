package io.ipipou.core.desired;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Problem;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.state.Device;
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
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Fills in what a file leaves to the host: a device's address and MTU, a name's address, where a peer was last seen. */
public final class HostResolver {

    private final Config config;
    private final AuthSchemes schemes;
    private final ObservedState observed;
    private final NameResolver names;
    private final Gate gate;
    private final Map<LinkName, Ipv4> aliases;
    /** Thousands of tunnels ask for the same few, each answer a look at every address of the host. */
    private final Map<LinkName, Optional<Ipv4>> firstAddresses = new HashMap<>();

    private final Map<Ipv4, Optional<LinkName>> holders = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

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
        this.observed = observed;
        this.names = names;
        this.gate = new Gate(config.settings().nftTable(), config.settings().aliasRange());
        this.aliases = Aliases.of(
                config.settings().aliasRange(),
                config.tunnels().stream()
                        .filter(tunnel -> tunnel.mode() == Mode.SERVER)
                        .toList(),
                observed);
    }

    /** What is known of where peers are: by tunnel, and only of tunnels that learn it. */
    @FunctionalInterface
    public interface EndpointLookup {

        /** @return empty when the peer has not proved itself yet */
        Optional<LearntEndpoint> find(RoamingTunnel tunnel);
    }

    /**
     * What the file asks of the host that was observed, whose kernel knows where peers are.
     *
     * @throws UnresolvableException if it does not fit; it lists every misfit
     */
    public static Resolution resolve(Config config, AuthSchemes schemes, ObservedState observed, NameResolver names)
            throws UnresolvableException {
        Map<ResourceId, NftElement> elements =
                observed.elements().stream().collect(Collectors.toMap(NftElement::id, element -> element));
        return resolve(config, schemes, observed, names, tunnel -> tunnel.learntIn(observed.links(), elements));
    }

    /**
     * What the file asks of the host that was observed, for an agent, who knows where peers are.
     *
     * @throws UnresolvableException if it does not fit; it lists every misfit
     */
    public static Resolution resolve(
            Config config, AuthSchemes schemes, ObservedState observed, NameResolver names, EndpointLookup whereabouts)
            throws UnresolvableException {
        return new HostResolver(config, schemes, observed, names).resolve(whereabouts);
    }

    private Resolution resolve(EndpointLookup whereabouts) throws UnresolvableException {
        Map<Tunnel, Ipv4> arrivals = new LinkedHashMap<>();
        config.tunnels().forEach(tunnel -> localAddress(tunnel).ifPresent(local -> arrivals.put(tunnel, local)));
        Set<Endpoint> gated = arrivals.entrySet().stream()
                .filter(arrival -> arrival.getKey().mode() != Mode.STATIC)
                .map(arrival -> new Endpoint(
                        arrival.getValue(), arrival.getKey().local().port()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        arrivals.forEach((tunnel, address) -> tunnel(tunnel, address, gated));
        if (!problems.isEmpty()) {
            throw new UnresolvableException(problems);
        }
        NftTable table = gate.table(
                config.settings().queue(), gated.stream().map(Endpoint::address).collect(Collectors.toSet()), shapes);
        Map<LinkName, LearntEndpoint> learnt = new LinkedHashMap<>();
        for (RoamingTunnel tunnel : roaming) {
            whereabouts.find(tunnel).filter(where -> isFree(tunnel, where)).ifPresent(where -> {
                learnt.put(tunnel.tunnel().name(), where);
                add(tunnel.stateAt(where, table));
            });
        }
        gated.forEach(
                listener -> gate.listener(listener.address(), listener.port()).forEach(this::add));
        DesiredState state = new DesiredState(
                links,
                listeners,
                addresses,
                routes,
                gated.isEmpty() ? Optional.empty() : Optional.of(table),
                Set.copyOf(elements.values()));
        return new Resolution(state, roaming, learnt, clients, warnings);
    }

    /** Whether no other tunnel has its peer there: the gate knows one tunnel for an endpoint. */
    private boolean isFree(RoamingTunnel tunnel, LearntEndpoint learnt) {
        return tunnel.admission(learnt)
                .map(NftElement::id)
                .filter(elements::containsKey)
                .isEmpty();
    }

    private void tunnel(Tunnel tunnel, Ipv4 address, Set<Endpoint> gated) {
        int port = tunnel.local().port();
        listeners.add(FouListener.onPort(port));
        Optional<Integer> mtu = mtu(tunnel, address);
        Ipv4 local = aliases.getOrDefault(tunnel.name(), address);
        if (!local.equals(address)) {
            addresses.add(LinkAddress.alias(local));
            gate.alias(local, port, address).forEach(this::add);
        } else if (tunnel.mode() == Mode.SERVER && tunnel.alias() instanceof AliasChoice.Auto) {
            problem(
                    tunnel,
                    "alias",
                    "settings.aliasRange " + config.settings().aliasRange() + " has no address left",
                    "write a larger range");
        }
        boolean learns = tunnel.mode() == Mode.SERVER && tunnel.peer().auth().isPresent();
        Optional<Endpoint> remote = tunnel.peer().endpoint().isEmpty()
                ? Optional.empty()
                : remoteAddress(tunnel)
                        .map(a -> new Endpoint(
                                a, tunnel.peer().endpoint().orElseThrow().port()));
        if (learns) {
            expect(schemes.requestShape(tunnel.peer().auth().orElseThrow()));
            mtu.ifPresent(bytes -> roaming.add(new RoamingTunnel(tunnel, gate, address, local, bytes, remote)));
        } else if (remote.isPresent() && mtu.isPresent()) {
            links.put(tunnel.name(), RoamingTunnel.link(tunnel, local, remote.get(), mtu.get()));
            addresses.add(RoamingTunnel.inner(tunnel));
            routes.addAll(RoamingTunnel.routes(tunnel));
            if (gated.contains(new Endpoint(address, port))) {
                admitForGood(tunnel, remote.get(), address, local);
            }
        }
        if (tunnel.mode() == Mode.CLIENT) {
            expect(schemes.replyShape(tunnel.peer().auth().orElseThrow()));
            remote.ifPresent(server -> clients.add(new ClientTunnel(tunnel, new Endpoint(address, port), server)));
        }
    }

    private void expect(PacketShape shape) {
        shapes.add(shape);
        gate.caller(shape).ifPresent(this::add);
    }

    private void admitForGood(Tunnel tunnel, Endpoint remote, Ipv4 address, Ipv4 local) {
        NftElement admission = gate.admission(remote, tunnel.local().port(), local, Optional.empty());
        if (elements.containsKey(admission.id())) {
            problem(
                    tunnel,
                    "peer",
                    "another tunnel on port " + tunnel.local().port() + " has a peer at " + remote,
                    "write another endpoint, or another local.port");
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

    private Optional<Ipv4> localAddress(Tunnel tunnel) {
        Optional<LinkName> device = tunnel.local().device();
        if (device.isPresent() && !observed.devices().containsKey(device.get())) {
            problem(tunnel, "local.device", "this host has no device " + device.get(), "write one that it has");
            return Optional.empty();
        }
        Optional<Ipv4> address = tunnel.local().address().or(() -> device.flatMap(this::firstAddress));
        if (address.isEmpty()) {
            problem(
                    tunnel,
                    "local.device",
                    device.orElseThrow() + " has no IPv4 address",
                    "give it one, or write local.address");
        }
        return address;
    }

    private Optional<Integer> mtu(Tunnel tunnel, Ipv4 local) {
        if (tunnel.mtu().isPresent()) {
            return Optional.of(tunnel.mtu().getAsInt());
        }
        Optional<LinkName> device = tunnel.local().device().or(() -> holderOf(local));
        if (device.isEmpty()) {
            problem(
                    tunnel,
                    "mtu",
                    "no device of this host has " + local + ", so there is none to take the MTU from",
                    "write mtu as a number, or local.device");
            return Optional.empty();
        }
        return device.map(observed.devices()::get).map(Device::mtu).map(mtu -> mtu - IpipLink.OVERHEAD);
    }

    private Optional<Ipv4> firstAddress(LinkName device) {
        return firstAddresses.computeIfAbsent(device, observed::firstAddress);
    }

    private Optional<LinkName> holderOf(Ipv4 address) {
        return holders.computeIfAbsent(address, wanted -> observed.addresses().stream()
                .filter(candidate -> candidate.address().equals(wanted))
                .map(LinkAddress::link)
                .findFirst());
    }

    private Optional<Ipv4> remoteAddress(Tunnel tunnel) {
        RemoteEndpoint endpoint = tunnel.peer().endpoint().orElseThrow();
        return endpoint.address().or(() -> lookUp(tunnel, endpoint.host()));
    }

    /** Of several answers the one in use stays, else the lowest: the order of answers is no reason for a change. */
    private Optional<Ipv4> lookUp(Tunnel tunnel, String host) {
        Optional<Ipv4> current = Optional.ofNullable(observed.links().get(tunnel.name()))
                .filter(link -> link.mark().isManaged())
                .map(link -> link.outer().remote());
        try {
            List<Ipv4> answers = names.resolve(host);
            if (answers.isEmpty()) {
                return unresolved(tunnel, host + " has no IPv4 address", current);
            }
            return current.filter(answers::contains).or(() -> answers.stream().min(Ipv4::compareTo));
        } catch (UnknownHostException e) {
            return unresolved(tunnel, host + " does not resolve", current);
        }
    }

    private Optional<Ipv4> unresolved(Tunnel tunnel, String what, Optional<Ipv4> current) {
        String path = "peers." + tunnel.peer().name() + ".endpoint";
        if (current.isPresent()) {
            warnings.add(new Problem(tunnel.peer().position(), path, what, "the tunnel stays at " + current.get()));
        } else {
            problems.add(new Problem(
                    tunnel.peer().position(), path, what, "write an address, or mend the name's DNS records"));
        }
        return current;
    }

    private void problem(Tunnel tunnel, String field, String message, String instead) {
        problems.add(new Problem(tunnel.position(), "tunnels." + tunnel.name() + "." + field, message, instead));
    }
}
