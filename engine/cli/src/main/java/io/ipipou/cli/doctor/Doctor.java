package io.ipipou.cli.doctor;

import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.name.NameResolver;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Checks what tunnels need, causes before symptoms. Only reads. */
public final class Doctor {

    private static final List<Check<HostFacts>> HOST = List.of(
            new Check<>("modules", HostChecks::modules),
            new Check<>("agent", HostChecks::agent),
            new Check<>("queue", HostChecks::queue));

    /** In the order in which a tunnel needs them. */
    private static final List<Check<TunnelFacts>> TUNNEL = List.of(
            new Check<>("device", LocalEndChecks::device),
            new Check<>("address", LocalEndChecks::address),
            new Check<>("name", RemoteEndChecks::name),
            new Check<>("obstacle", GateChecks::obstacle),
            new Check<>("listener", GateChecks::listener),
            new Check<>("gate", GateChecks::gate),
            new Check<>("state", GateChecks::state),
            new Check<>("arrivals", PeerChecks::arrivals),
            new Check<>("admission", PeerChecks::admission));

    private Doctor() {}

    /**
     * Examines this host.
     *
     * @param wanted which tunnels are checked
     * @throws BackendException if the kernel cannot be read
     */
    public static Diagnosis examine(Config config, Predicate<Tunnel> wanted, Backend backend, Reconciler reconciler)
            throws BackendException {
        Map<String, NameAnswer> names = lookUp(config.tunnels());
        return diagnose(
                read(config, HostFacts.Kernel.read(backend), reconciler, names, AgentFacts.ask(), KernelFiles.HOST),
                wanted);
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
            Config config,
            HostFacts.Kernel kernel,
            Reconciler reconciler,
            Map<String, NameAnswer> names,
            AgentFacts agent,
            KernelFiles files)
            throws BackendException {
        Optional<HostFacts.Desired> desired;
        try {
            Plan plan = reconciler.plan();
            desired = reconciler.resolution().map(resolution -> new HostFacts.Desired(resolution, plan));
        } catch (UnresolvableException e) {
            desired = Optional.empty();
        }
        return new HostFacts(config, kernel, desired, names, agent, files);
    }

    private static Map<String, NameAnswer> lookUp(Collection<Tunnel> tunnels) {
        Set<String> names = tunnels.stream()
                .flatMap(tunnel -> tunnel.peer().endpoint().stream())
                .filter(endpoint -> endpoint.address().isEmpty())
                .map(RemoteEndpoint::host)
                .collect(Collectors.toSet());
        return names.isEmpty() ? Map.of() : new NameLookups(NameResolver.SYSTEM).lookUp(names);
    }
}
