package io.ipipou.cli.doctor;

import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Conflict;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final Optional<Desired> desired;
    private final Map<String, NameAnswer> names;
    private final AgentFacts agent;
    private final KernelFiles files;

    private final Map<LinkName, List<LinkAddress>> addresses;
    private final Map<LinkName, List<Change>> changes = new HashMap<>();
    private final Map<Integer, Change> listeners = new HashMap<>();
    private final Map<LinkName, RoamingTunnel> roaming = new HashMap<>();
    private final Map<LinkName, ClientTunnel> clients = new HashMap<>();

    /** @param desired empty if the configuration does not fit the host */
    HostFacts(
            Config config,
            Kernel kernel,
            Optional<Desired> desired,
            Map<String, NameAnswer> names,
            AgentFacts agent,
            KernelFiles files) {
        this.config = config;
        this.kernel = kernel;
        this.desired = desired;
        this.names = names;
        this.agent = agent;
        this.files = files;
        addresses = kernel.state().addresses().stream().collect(Collectors.groupingBy(LinkAddress::link));
        desired.ifPresent(this::index);
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
        return files;
    }

    AgentFacts agent() {
        return agent;
    }

    Optional<Plan> plan() {
        return desired.map(Desired::plan);
    }

    List<Conflict> conflicts() {
        return plan().map(Plan::conflicts).orElse(List.of());
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
        return desired.map(known -> known.resolution().learnt().get(tunnel));
    }

    Optional<NameAnswer> name(String host) {
        return Optional.ofNullable(names.get(host));
    }

    List<LinkAddress> addresses(LinkName device) {
        return addresses.getOrDefault(device, List.of());
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
        return kernel.state().addresses().stream()
                .anyMatch(candidate -> candidate.address().equals(address));
    }

    boolean isManaged(LinkName device) {
        return Optional.ofNullable(kernel.state().links().get(device))
                .filter(link -> link.mark().isManaged())
                .isPresent();
    }

    /** Whether the agent has work with a tunnel after it is applied. */
    static boolean needsAgent(Tunnel tunnel) {
        return tunnel.mode() == Mode.CLIENT
                || tunnel.mode() == Mode.SERVER && tunnel.peer().auth().isPresent();
    }

    boolean needsAgent() {
        return config.tunnels().stream().anyMatch(HostFacts::needsAgent);
    }

    /** Whether packets of any tunnel pass the gate. */
    boolean needsGate() {
        return config.tunnels().stream().anyMatch(tunnel -> tunnel.mode() != Mode.STATIC);
    }
}
