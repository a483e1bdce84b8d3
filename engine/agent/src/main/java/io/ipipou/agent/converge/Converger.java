package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.PendingConfirmationException;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the host match the configuration, with the learnt endpoints of peers as an overlay. Thread-safe. */
public final class Converger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Converger.class);

    private final Backend backend;
    private final AuthSchemes schemes;
    private final NameLookups names;
    private final PeerTable peers;
    private final Consumer<Resolution> onResolution;
    private final KernelWriter writer;
    private volatile ConvergenceStatus status = ConvergenceStatus.NONE;
    private final Journal journal;
    private final ConfigInForce inForce;
    private final ApplyLog applyLog = new ApplyLog(LOG);
    /** Of the last apply; used by the writing thread alone. */
    private Optional<Resolution> resolution = Optional.empty();

    /** The endpoints in use of peers that do not roam; replaced by the writing thread alone. */
    private volatile Map<LinkName, Endpoint> chosen = Map.of();

    /**
     * @param backend used by the writing thread alone from now on, and closed with this, as is the writer
     * @param onResolution receives what the configuration means on this host after each apply; called on the writing thread
     */
    public Converger(
            InitialConfig initial,
            Journal journal,
            Backend backend,
            AuthSchemes schemes,
            NameLookups names,
            KernelWriter writer,
            PeerTable peers,
            Consumer<Resolution> onResolution) {
        this.journal = journal;
        this.inForce = new ConfigInForce(initial, journal);
        this.backend = backend;
        this.schemes = schemes;
        this.names = names;
        this.writer = writer;
        this.peers = peers;
        this.onResolution = onResolution;
    }

    /** The configuration in force. */
    public Config config() {
        return inForce.config();
    }

    public ConfigState configState() {
        return inForce.state();
    }

    /** Applies the configuration in force, as far as the host allows, and verifies the result. */
    public ApplyReport apply() throws BackendException {
        return writer.call(this::applyNow);
    }

    /**
     * Applies another configuration, which is in force afterwards unless it was rolled back.
     *
     * @throws NotAppliedException if the apply did not begin
     */
    public ApplyReport apply(Config other, ApplyRequest request) throws BackendException, NotAppliedException {
        return writer.call(() -> applyNow(other, request));
    }

    private ApplyReport applyNow(Config other, ApplyRequest request) throws BackendException, NotAppliedException {
        boolean succeeded = false;
        try {
            Reconciler reconciler = reconciler(other, backend, endpoints());
            ApplyReport report = writer.locked(() -> {
                inForce.check();
                ApplyReport done = reconciler.apply(journal, request.andThen(applyLog::plan));
                if (done.rollback().isEmpty()) {
                    inForce.replace(other);
                }
                return done;
            });
            applyLog.result(report);
            if (report.rollback().isEmpty()) {
                publish(reconciler, report);
            }
            succeeded = report.succeeded();
            return report;
        } finally {
            boolean success = succeeded;
            updateStatus(before -> before.applied(success));
        }
    }

    /** Confirms or rolls back an apply while no other process writes, and then repairs what differs from the configuration. */
    public <T, X extends Exception> T decide(KernelWriter.Task<T, X> decision) throws BackendException, X {
        return writer.call(() -> {
            T result = writer.locked(decision);
            try {
                applyNow();
            } catch (BackendException e) {
                LOG.warn("{}", e.getMessage()); // the decision is made; the next repair tries again
            }
            return result;
        });
    }

    /** As {@link #apply()}, after drift was detected. */
    ApplyReport repair() throws BackendException {
        ApplyReport report = apply();
        List<String> repaired = report.plan().changes().stream()
                .map(change -> change.id().toString())
                .toList();
        if (report.succeeded() && !repaired.isEmpty()) {
            updateStatus(before -> before.repaired(repaired.size()));
            Event.DRIFT_REPAIRED.log(LOG, repaired);
        }
        return report;
    }

    /**
     * Plans without writing, on the calling thread.
     *
     * @param reader a backend of the calling thread
     */
    Plan plan(Backend reader) throws BackendException {
        Reconciler reconciler = reconciler(config(), reader, endpoints());
        Plan plan = reconciler.plan();
        updateStatus(before -> before.checked(reconciler.resolution().orElseThrow(), plan));
        if (!plan.hasChanges()) { // else the repair tells
            applyLog.deferred(plan.deferred());
        }
        return plan;
    }

    /** Where this agent knows peers to be. The endpoints of other tunnels are known to the kernel alone. */
    private final class KnownEndpoints implements EndpointLookup {

        @Override
        public Optional<LearntEndpoint> find(RoamingTunnel tunnel, Supplier<Optional<LearntEndpoint>> inKernel) {
            LinkName name = tunnel.tunnel().name();
            return peers.has(name) ? peers.endpointOf(name) : inKernel.get();
        }

        @Override
        public Optional<Endpoint> chosen(LinkName tunnel) {
            return Optional.ofNullable(chosen.get(tunnel));
        }
    }

    private Reconciler reconciler(Config config, Backend backend, EndpointLookup endpoints) {
        return new Reconciler(config, schemes, backend, () -> names.known(config.hostNames()), endpoints);
    }

    /** Moves a tunnel to another of its peer's endpoints later, on the writing thread. */
    public void choose(LinkName tunnel, Endpoint endpoint) {
        writer.execute(() -> {
            Map<LinkName, Endpoint> next = new HashMap<>(chosen);
            next.put(tunnel, endpoint);
            chosen = Map.copyOf(next);
            try {
                applyNow();
            } catch (BackendException e) {
                LOG.warn("{}: cannot move to {}: {}", tunnel, endpoint, e.getMessage());
            }
        });
    }

    public ConvergenceStatus status() {
        return status;
    }

    private synchronized void updateStatus(UnaryOperator<ConvergenceStatus> update) {
        status = update.apply(status);
    }

    /** What the configuration last applied means on this host. For the writing thread. */
    Resolution resolution() {
        return resolution.orElseThrow();
    }

    /** For the writing thread. */
    Reconciler reconciler() {
        return reconciler(config(), backend, endpoints());
    }

    private EndpointLookup endpoints() {
        return new KnownEndpoints();
    }

    /** As {@link #apply()}. For the writing thread. */
    ApplyReport applyNow() throws BackendException {
        boolean succeeded = false;
        try {
            ApplyReport report = writer.locked(this::repairUnlessSuspended);
            succeeded = report.succeeded();
            return report;
        } finally {
            boolean success = succeeded || !configState().allowsRepairs();
            updateStatus(before -> before.applied(success));
        }
    }

    private ApplyReport repairUnlessSuspended() throws BackendException {
        rollBackAbandoned();
        inForce.check();
        Reconciler reconciler = reconciler();
        ApplyReport report;
        if (configState().allowsRepairs()) {
            try {
                report = reconciler.repair(journal, applyLog::plan);
            } catch (PendingConfirmationException e) {
                throw new BackendException(String.valueOf(e.getMessage()), e);
            }
            applyLog.result(report);
        } else {
            Plan plan = reconciler.plan();
            report = new ApplyReport(plan, List.of(), Optional.of(plan), Optional.empty());
        }
        publish(reconciler, report);
        return report;
    }

    /** As {@link ConfigInForce#awaitsDecision}. */
    boolean awaitsDecision() {
        return inForce.awaitsDecision();
    }

    private void rollBackAbandoned() throws BackendException {
        if (inForce.isAbandoned()) {
            inForce.check();
            reconciler().rollback(journal);
        }
    }

    /** Makes the state that an apply led to the one that packets and peers are handled by. */
    private void publish(Reconciler reconciler, ApplyReport report) {
        reconciler.resolution().ifPresent(applied -> {
            updateStatus(before -> before.checked(applied, report.remaining().orElse(report.plan())));
            resolution = Optional.of(applied);
            chosen = applied.remotes().entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            Map.Entry::getKey, entry -> entry.getValue().inUse()));
            peers.setTunnels(applied.roaming(), applied.learnt());
            onResolution.accept(applied);
        });
    }

    /** Ends after pending writes. What is in the kernel stays. */
    @Override
    public void close() {
        writer.close(backend::close);
    }
}
