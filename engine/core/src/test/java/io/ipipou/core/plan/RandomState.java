package io.ipipou.core.plan;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RouteLookup;
import io.ipipou.core.desired.Withheld;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A random desired state: plain links, and tunnels behind a gate with listeners, admissions and aliases. Which aliases
 * the tunnels get depends on the host.
 */
final class RandomState {

    static final LinkName ETH0 = new LinkName("eth0");
    static final Ipv4 LOCAL = Ipv4.of("192.0.2.1");
    static final Ipv4 SECOND_LOCAL = Ipv4.of("192.0.2.2");

    /** The ports that any of these states can use. */
    static final Set<Integer> PORTS = Set.of(10000, 10001, 10100, 10101);

    private static final int TUNNELS = 6;

    private final Random random;
    private final Map<OuterHeader.Key, IpipLink> links = new HashMap<>();
    private final Set<LinkAddress> addresses = new LinkedHashSet<>();
    private final Map<Route.Key, Route> routes = new HashMap<>();
    private final Config gated;
    private final Map<LinkName, LearntEndpoint> learnt = new HashMap<>();

    RandomState(Random random) {
        this.random = random;
        for (int i = 0; i < TUNNELS; i++) {
            if (random.nextInt(4) != 0) {
                IpipLink link = link(new LinkName("ipipou" + i));
                links.putIfAbsent(link.outer().key(), link);
            }
        }
        links.values().forEach(this::addAddressAndRoutes);
        gated = gatedTunnels();
    }

    static IpipLink link(LinkName name, String remote, int sport, int dport, int mtu, int ttl, Mark mark) {
        return new IpipLink(
                name,
                new OuterHeader(LOCAL, Ipv4.of(remote), Optional.of(ETH0), ttl, 0, true),
                Encap.fou(sport, dport, false),
                mtu,
                true,
                mark);
    }

    private IpipLink link(LinkName name) {
        return link(
                name,
                random.nextInt(8) == 0 ? "0.0.0.0" : "198.51.100." + (1 + random.nextInt(TUNNELS)),
                10000 + random.nextInt(2),
                20000 + random.nextInt(2),
                random.nextBoolean() ? 1472 : 1400,
                random.nextBoolean() ? 0 : 64,
                Mark.of(name));
    }

    private void addAddressAndRoutes(IpipLink link) {
        addresses.add(LinkAddress.pointToPoint(
                link.name(), Ipv4.of("172.28." + random.nextInt(3) + ".0"), Ipv4.of("172.28.9." + random.nextInt(2))));
        if (random.nextInt(3) == 0) {
            Ipv4 more = Ipv4.of("192.0.2.1" + random.nextInt(3));
            addresses.add(new LinkAddress(
                    link.name(), more, more, 32 - random.nextInt(2), link.name().value()));
        }
        for (int i = 0; i < random.nextInt(3); i++) {
            Route route = Route.through(
                    link.name(),
                    Ipv4Prefix.of("10.2" + random.nextInt(TUNNELS) + ".0.0/16"),
                    random.nextInt(3) == 0 ? 7 : 0,
                    random.nextInt(3) == 0 ? 100 : Route.TABLE_MAIN);
            routes.putIfAbsent(route.key(), route);
        }
    }

    private Config gatedTunnels() {
        StringBuilder auth = new StringBuilder("  none: {scheme: token, token: nobody}\n");
        StringBuilder peers = new StringBuilder("  plain: {endpoint: \"203.0.113.99:9999\"}\n");
        StringBuilder tunnels = new StringBuilder();
        int count = random.nextInt(TUNNELS);
        for (int i = 0; i < count; i++) {
            boolean roams = random.nextInt(3) != 0;
            boolean alias = random.nextBoolean();
            auth.append(
                    random.nextBoolean()
                            ? "  a%d: {scheme: token, token: secret %d}%n".formatted(i, i)
                            : "  a%d: {scheme: address, ip: 203.0.113.%d}%n".formatted(i, 100 + i));
            peers.append(
                    roams
                            ? "  p%d: {auth: a%d}%n".formatted(i, i)
                            : "  p%d: {endpoint: \"%s\"}%n".formatted(i, endpoint(i, alias)));
            tunnels.append(
                    "  gate%d: {peer: p%d, inner: {address: 172.28.2%d.0}, alias: %s, local: {port: %d}, mtu: %d%s}%n"
                            .formatted(
                                    i,
                                    i,
                                    i,
                                    alias ? "auto" : "never",
                                    10100 + random.nextInt(2),
                                    random.nextBoolean() ? 1472 : 1400,
                                    random.nextBoolean() ? ", routes: [10.6" + i + ".0.0/16]" : ""));
            if (roams && random.nextInt(4) != 0) {
                learnt.put(new LinkName("gate" + i), learnt(endpoint(i, alias)));
            }
        }
        String local = random.nextBoolean() ? "192.0.2.1" : "192.0.2.2";
        return read("""
                apiVersion: ipipou/v1
                defaults: {mode: server, local: {device: eth0, address: %s}}
                auth:
                %speers:
                %stunnels:
                %s""".formatted(local, auth, peers, count == 0 ? "  {}\n" : tunnels));
    }

    /** Peers with an alias can share an address, as behind NAT. */
    private Endpoint endpoint(int tunnel, boolean alias) {
        int host = alias ? 200 + random.nextInt(2) : 10 + 4 * tunnel + random.nextInt(3);
        return new Endpoint(Ipv4.of("203.0.113." + host), 4000 + 10 * tunnel + random.nextInt(3));
    }

    private LearntEndpoint learnt(Endpoint endpoint) {
        return random.nextInt(3) == 0
                ? LearntEndpoint.expired(endpoint)
                : LearntEndpoint.admitted(endpoint, random.nextBoolean() ? Duration.ZERO : Duration.ofHours(1));
    }

    private static Config read(String yaml) {
        try {
            return new ConfigReader(Schemes.PLUGINS)
                    .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                    .config();
        } catch (ConfigException e) {
            throw new AssertionError(yaml, e);
        }
    }

    private DesiredState gateOn(ObservedState observed) {
        try {
            return HostResolver.resolve(
                            gated,
                            Schemes.ALL,
                            observed,
                            Map.of(),
                            (tunnel, inKernel) -> Optional.ofNullable(
                                    learnt.get(tunnel.tunnel().name())),
                            Withheld.NOTHING,
                            RouteLookup.NONE)
                    .state();
        } catch (BackendException e) {
            throw new AssertionError(e);
        }
    }

    /** The desired state of a host that was observed like this. */
    DesiredState on(ObservedState observed) {
        DesiredState gate = gateOn(observed);
        Map<LinkName, IpipLink> allLinks = new HashMap<>(gate.links());
        Set<FouListener> listeners = new HashSet<>(gate.listeners());
        links.values().forEach(link -> {
            allLinks.put(link.name(), link);
            listeners.add(FouListener.onPort(link.encap().sourcePort()));
        });
        Set<LinkAddress> allAddresses = new LinkedHashSet<>(gate.addresses());
        allAddresses.addAll(addresses);
        Set<Route> allRoutes = new HashSet<>(gate.routes());
        allRoutes.addAll(routes.values());
        return new DesiredState(allLinks, listeners, allAddresses, allRoutes, gate.table(), gate.elements());
    }
}
