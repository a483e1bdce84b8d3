package io.ipipou.cli.doctor;

import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.plan.Plan;
import io.ipipou.netlink.route.RouteLookup;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.KernelClock;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Checks what tunnels need, causes before symptoms. Only reads. */
public final class Doctor {

    private static final List<Check<HostFacts>> HOST = List.of(
            new Check<>("modules", HostChecks::modules),
            new Check<>("files", FileChecks::files),
            new Check<>("min_pmtu", HostChecks::minimumPathMtu),
            new Check<>("clock", HostChecks::clock),
            new Check<>("agent", HostChecks::agent),
            new Check<>("queue", HostChecks::queue));

    /** In the order in which a tunnel needs them. */
    private static final List<Check<TunnelFacts>> TUNNEL = List.of(
            new Check<>("device", LocalEndChecks::device),
            new Check<>("address", LocalEndChecks::address),
            new Check<>("name", RemoteEndChecks::name),
            new Check<>("route", RemoteEndChecks::route),
            new Check<>("path_mtu", RemoteEndChecks::pathMtu),
            new Check<>("rp_filter", NetworkPolicyChecks::reversePath),
            new Check<>("listener", GateChecks::listener),
            new Check<>("gate", GateChecks::gate),
            new Check<>("obstacle", GateChecks::obstacle),
            new Check<>("state", GateChecks::state),
            new Check<>("link_manager", NetworkPolicyChecks::linkManager),
            new Check<>("overlap", NetworkPolicyChecks::overlap),
            new Check<>("inner_rp_filter", NetworkPolicyChecks::innerReversePath),
            new Check<>("arrivals", PeerChecks::arrivals),
            new Check<>("admission", PeerChecks::admission),
            new Check<>("rejection", PeerChecks::rejection),
            new Check<>("traffic", PeerChecks::traffic),
            new Check<>("forwarding", NetworkPolicyChecks::forwarding));

    private Doctor() {}

    /**
     * Examines this host.
     *
     * @param wanted which tunnels are checked
     * @throws BackendException if the kernel cannot be read
     */
    public static Diagnosis examine(
            Config config, FileFacts files, Predicate<Tunnel> wanted, Backend backend, Reconciler reconciler)
            throws BackendException {
        try (RouteLookup routes = RouteLookup.open()) {
            HostFacts.Surroundings surroundings = new HostFacts.Surroundings(
                    AgentFacts.ask(),
                    KernelFiles.HOST,
                    files,
                    KernelClock.isSynchronised(),
                    Instant.now(),
                    routes.indexes(),
                    routes::find);
            return diagnose(read(config, HostFacts.Kernel.read(backend), reconciler, surroundings), wanted);
        } catch (ErrnoException e) {
            throw e.during("reading the kernel's clock");
        }
    }

    static Diagnosis diagnose(HostFacts facts, Predicate<Tunnel> wanted) {
        return new Diagnosis(
                Diagnosis.Section.of("host", facts, HOST),
                facts.config().tunnels().stream()
                        .filter(wanted)
                        .map(tunnel ->
                                Diagnosis.Section.of(tunnel.name().value(), new TunnelFacts(tunnel, facts), TUNNEL))
                        .toList());
    }

    static HostFacts read(
            Config config, HostFacts.Kernel kernel, Reconciler reconciler, HostFacts.Surroundings surroundings)
            throws BackendException {
        Plan plan = reconciler.plan();
        HostFacts.Desired desired =
                new HostFacts.Desired(reconciler.resolution().orElseThrow(), plan);
        return new HostFacts(config, kernel, desired, reconciler.names(), surroundings);
    }

    /** The names of all checks, those of the host first. */
    static List<String> checks() {
        return Stream.concat(HOST.stream().map(Check::name), TUNNEL.stream().map(Check::name))
                .toList();
    }
}
