package io.ipipou.core.desired;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A desired state that {@link HostResolver} is collecting, tunnel by tunnel. */
final class StateDraft {

    final Gate gate;
    final Map<LinkName, IpipLink> links = new TreeMap<>();
    final Set<FouListener> listeners = new LinkedHashSet<>();
    final Set<LinkAddress> addresses = new LinkedHashSet<>();
    final Map<Route.Key, Route> routes = new LinkedHashMap<>();
    final Map<ResourceId, NftElement> elements = new LinkedHashMap<>();

    /** The tunnels that the gate protects, and where their packets arrive. */
    final Set<LinkName> gated = new HashSet<>();

    final Set<Endpoint> gatedEnds = new LinkedHashSet<>();

    private final int queue;
    private final AuthSchemes schemes;
    private final Map<OuterHeader.Key, LinkName> pairs = new HashMap<>();
    private final Set<PacketShape> shapes = new LinkedHashSet<>();

    StateDraft(Config config, AuthSchemes schemes) {
        this.gate = new Gate(config.settings().nftTable(), config.settings().aliasRange());
        this.queue = config.settings().queue();
        this.schemes = schemes;
    }

    /** The kernel allows one link per pair of addresses, and two names can resolve to one address. */
    void claim(IpipLink link) throws DeferredException {
        LinkName other = pairs.putIfAbsent(link.outer().key(), link.name());
        if (other != null && !other.equals(link.name())) {
            throw new DeferredException(
                    "tunnel " + other + " already connects " + link.outer().local() + " and "
                            + link.outer().remote(),
                    "use another local or remote address");
        }
    }

    /** Keeps a link's addresses from other tunnels. */
    void reserve(IpipLink link) {
        pairs.put(link.outer().key(), link.name());
    }

    void add(NftElement element) {
        elements.put(element.id(), element);
    }

    /** Admits the peer of a tunnel that does not roam. */
    void admitPermanently(Tunnel tunnel, Endpoint remote, Endpoint arrival, Ipv4 local) throws DeferredException {
        NftElement admission = gate.admission(remote, arrival.port(), local, Optional.empty());
        if (elements.containsKey(admission.id())) {
            throw new DeferredException(
                    "another tunnel on port " + arrival.port() + " has a peer at " + remote,
                    "use another endpoint, or another local.port");
        }
        gated.add(tunnel.name());
        add(admission);
        if (local.equals(arrival.address())) {
            add(gate.pair(remote.address(), local));
        }
    }

    /** Whether no other tunnel is admitted from there: the gate has one tunnel per endpoint. */
    boolean isFree(RoamingTunnel tunnel, LearntEndpoint learnt) {
        return tunnel.admission(learnt)
                .map(NftElement::id)
                .filter(elements::containsKey)
                .isEmpty();
    }

    void addAlias(Ipv4 alias, int port, Ipv4 address) {
        addresses.add(LinkAddress.alias(alias));
        gate.alias(alias, port, address).forEach(this::add);
    }

    /** Lets the authentication packets that the tunnel receives reach the agent. */
    void expect(Tunnel tunnel) {
        Optional<Auth> auth = tunnel.peer().auth();
        if (auth.isPresent() && tunnel.mode() != Mode.STATIC) {
            PacketShape shape =
                    tunnel.mode() == Mode.CLIENT ? schemes.replyShape(auth.get()) : schemes.requestShape(auth.get());
            shapes.add(shape);
            gate.caller(shape).ifPresent(this::add);
        }
    }

    /** The gate's table; it does not depend on where peers are. */
    NftTable table() {
        return gate.table(queue, gatedEnds.stream().map(Endpoint::address).collect(Collectors.toSet()), shapes);
    }

    DesiredState state(NftTable table) {
        gatedEnds.forEach(
                listener -> gate.listener(listener.address(), listener.port()).forEach(this::add));
        return new DesiredState(
                links,
                listeners,
                addresses,
                Set.copyOf(routes.values()),
                gatedEnds.isEmpty() ? Optional.empty() : Optional.of(table),
                Set.copyOf(elements.values()));
    }
}
