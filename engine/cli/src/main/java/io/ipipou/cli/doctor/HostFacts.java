package io.ipipou.cli.doctor;

import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.netlink.route.FoundRoute;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RuleCounter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of a host, read once for all its tunnels. */
final class HostFacts {

    /** As they were read. */
    record Kernel(ObservedState state, Map<LinkName, LinkCounters> counters, Map<String, RuleCounter> gate) {

        static Kernel read(Backend backend) throws BackendException {
            return new Kernel(backend.observe(), backend.counters(), backend.ruleCounters());
        }
    }

    /**
     * The configuration applied to this host.
     *
     * @param plan what apply would change
     */
    record Desired(Resolution resolution, Plan plan) {}

    private final Config config;
    private final Kernel kernel;
    private final Desired desired;
    private final Map<String, NameAnswer> names;
    private final Surroundings surroundings;
    private final Map<RouteQuery, Reply<FoundRoute>> routes;
    private final List<Route> foreignRoutes;
    private final List<Route> foreignInAliasRange;
    private final List<Route> containerNetworks;
    private final Map<Ipv4, LinkName> devicesByAddress = new HashMap<>();
    private final Map<LinkName, List<LinkAddress>> addresses;
    private final Map<LinkName, List<Change>> changes = new HashMap<>();
    private final Map<Integer, Change> listeners = new HashMap<>();
    private final Map<ResourceId, List<Deferral>> deferrals;
    private final Map<LinkName, RoamingTunnel> roaming = new HashMap<>();
    private final Map<LinkName, ClientTunnel> clients = new HashMap<>();

    /**
     * What is known of the host beside the objects of the backend.
     *
     * @param now by the host's clock
     * @param indexes of all links
     */
    record Surroundings(
            AgentFacts agent,
            KernelFiles files,
            FileFacts configFiles,
            boolean clockSynchronised,
            Instant now,
            Map<LinkName, Integer> indexes,
            RouteFinder routes) {}

    /** Finds the routes of many packets at once. */
    @FunctionalInterface
    interface RouteFinder {
        Map<RouteQuery, Reply<FoundRoute>> find(Collection<RouteQuery> queries) throws BackendException;
    }

    HostFacts(Config config, Kernel kernel, Desired desired, Map<String, NameAnswer> names, Surroundings surroundings)
            throws BackendException {
        this.config = config;
        this.kernel = kernel;
        this.desired = desired;
        this.names = names;
        this.surroundings = surroundings;
        addresses = kernel.state().addresses().stream().collect(Collectors.groupingBy(LinkAddress::link));
        kernel.state().addresses().forEach(address -> devicesByAddress.putIfAbsent(address.address(), address.link()));
        foreignRoutes = kernel.state().routes().stream()
                .filter(route -> route.destination().length() > 0)
                .filter(route -> route.device().filter(this::isManaged).isEmpty())
                .toList();
        foreignInAliasRange = foreignRoutes.stream()
                .filter(route -> route.destination().overlaps(config.settings().aliasRange()))
                .toList();
        containerNetworks = foreignRoutes.stream()
                .filter(route -> route.device()
                        .map(device -> kernel.state().devices().get(device))
                        .filter(device -> device.kind().equals("bridge"))
                        .isPresent())
                .toList();
        deferrals = desired.plan().deferred().stream().collect(Collectors.groupingBy(Deferral::resource));
        index(desired);
        routes = surroundings
                .routes()
                .find(config.tunnels().stream()
                        .flatMap(tunnel -> new TunnelFacts(tunnel, this).routeQueries())
                        .collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private void index(Desired known) {
        known.resolution()
                .roaming()
                .forEach(tunnel -> roaming.put(tunnel.tunnel().name(), tunnel));
        known.resolution()
                .clients()
                .forEach(tunnel -> clients.put(tunnel.tunnel().name(), tunnel));
        known.plan().changes().forEach(this::index);
    }

    private void index(Change change) {
        if (change.after().or(change::before).orElseThrow() instanceof FouListener listener) {
            listeners.put(listener.port(), change);
        } else {
            linkOf(change).ifPresent(link -> changes.computeIfAbsent(link, l -> new ArrayList<>())
                    .add(change));
        }
    }

    /** The tunnel that a change is about; empty for the gate. */
    private static Optional<LinkName> linkOf(Change change) {
        if (change.id().kind().equals(IpipLink.KIND)) {
            return LinkName.parse(change.id().name());
        }
        Object device = change.after().or(change::before).orElseThrow().fields().get("dev");
        return Optional.ofNullable(device).map(Object::toString).flatMap(LinkName::parse);
    }

    Config config() {
        return config;
    }

    ObservedState state() {
        return kernel.state();
    }

    KernelFiles files() {
        return surroundings.files();
    }

    FileFacts configFiles() {
        return surroundings.configFiles();
    }

    Instant now() {
        return surroundings.now();
    }

    boolean clockSynchronised() {
        return surroundings.clockSynchronised();
    }

    Optional<Integer> index(LinkName link) {
        return Optional.ofNullable(surroundings.indexes().get(link));
    }

    /** Routes that are not through managed links, without default routes. There can be a million. */
    List<Route> foreignRoutes() {
        return foreignRoutes;
    }

    /** Those of them that overlap the range of aliases. */
    List<Route> foreignInAliasRange() {
        return foreignInAliasRange;
    }

    /** Those of them into a bridge: docker, libvirt and the like connect their guests by one. */
    List<Route> containerNetworks() {
        return containerNetworks;
    }

    AgentFacts agent() {
        return surroundings.agent();
    }

    Plan plan() {
        return desired.plan();
    }

    /** What of a tunnel this host cannot have now: all of it, or routes. */
    List<Deferral> deferred(TunnelFacts tunnel) {
        return tunnel.resources()
                .flatMap(id -> deferrals.getOrDefault(id, List.of()).stream())
                .toList();
    }

    /** The changes of a tunnel's listener, link, addresses and routes. */
    List<Change> changes(TunnelFacts tunnel) {
        return Stream.concat(
                        Optional.ofNullable(
                                listeners.get(tunnel.tunnel().local().port()))
                                .stream(),
                        changes.getOrDefault(tunnel.name(), List.of()).stream())
                .toList();
    }

    Optional<RoamingTunnel> roaming(LinkName tunnel) {
        return Optional.ofNullable(roaming.get(tunnel));
    }

    Optional<ClientTunnel> client(LinkName tunnel) {
        return Optional.ofNullable(clients.get(tunnel));
    }

    Optional<LearntEndpoint> learnt(LinkName tunnel) {
        return Optional.ofNullable(desired.resolution().learnt().get(tunnel));
    }

    Optional<NameAnswer> name(String host) {
        return Optional.ofNullable(names.get(host));
    }

    List<LinkAddress> addresses(LinkName device) {
        return addresses.getOrDefault(device, List.of());
    }

    Optional<Reply<FoundRoute>> route(RouteQuery query) {
        return Optional.ofNullable(routes.get(query));
    }

    Optional<LinkCounters> counters(LinkName link) {
        return Optional.ofNullable(kernel.counters().get(link));
    }

    /** Packets that a rule of the gate has counted since the table was created. */
    long gatePackets(String rule) {
        return Optional.ofNullable(kernel.gate().get(rule))
                .map(RuleCounter::packets)
                .orElse(0L);
    }

    boolean has(Ipv4 address) {
        return devicesByAddress.containsKey(address);
    }

    Optional<LinkName> deviceWith(Ipv4 address) {
        return Optional.ofNullable(devicesByAddress.get(address));
    }

    boolean isManaged(LinkName device) {
        return Optional.ofNullable(kernel.state().links().get(device))
                .filter(link -> link.mark().isManaged())
                .isPresent();
    }

    /** Whether one end of the tunnel authenticates to the other. */
    static boolean authenticates(Tunnel tunnel) {
        return tunnel.mode() == Mode.CLIENT
                || (tunnel.mode() == Mode.SERVER && tunnel.peer().auth().isPresent());
    }

    /** Whether the agent has work with the tunnel after it is applied. */
    private static boolean needsAgent(Tunnel tunnel) {
        return authenticates(tunnel) || tunnel.keepalive().isPresent();
    }

    /** Whether any tunnel authenticates. */
    boolean authenticates() {
        return config.tunnels().stream().anyMatch(HostFacts::authenticates);
    }

    boolean needsAgent() {
        return config.tunnels().stream().anyMatch(HostFacts::needsAgent);
    }

    /** Whether packets of any tunnel pass the gate. */
    boolean needsGate() {
        return config.tunnels().stream().anyMatch(tunnel -> tunnel.mode() != Mode.STATIC);
    }
}
