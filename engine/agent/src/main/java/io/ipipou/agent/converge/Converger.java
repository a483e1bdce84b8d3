package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.name.NameResolver;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the host match the configuration, with the learnt endpoints of peers as an overlay. Thread-safe. */
public final class Converger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Converger.class);

    private final Backend backend;
    private final AuthSchemes schemes;
    private final NameResolver names;
    private final PeerTable peers;
    private final Consumer<Resolution> onResolution;
    private final KernelWriter writer;
    private volatile ConvergenceStatus status = ConvergenceStatus.NONE;
    private volatile Config config;
    /** Of the last apply; used by the writing thread alone. */
    private Optional<Resolution> resolution = Optional.empty();

    /**
     * @param backend used by the writing thread alone from now on, and closed with this, as is the writer
     * @param onResolution receives what the configuration means on this host after each apply; called on the writing thread
     */
    public Converger(
            Config config,
            Backend backend,
            AuthSchemes schemes,
            NameResolver names,
            KernelWriter writer,
            PeerTable peers,
            Consumer<Resolution> onResolution) {
        this.config = config;
        this.backend = backend;
        this.schemes = schemes;
        this.names = names;
        this.writer = writer;
        this.peers = peers;
        this.onResolution = onResolution;
    }

    /**
     * Applies the configuration and verifies the result.
     *
     * @throws UnresolvableException if it does not fit this host
     */
    public ApplyReport apply() throws BackendException, UnresolvableException {
        return writer.call(this::applyNow);
    }

    /**
     * Applies another configuration, which stays in force even if writes fail.
     *
     * @throws UnresolvableException if it does not fit this host; the previous one stays in force
     */
    public ApplyReport apply(Config other) throws BackendException, UnresolvableException {
        return writer.call(() -> {
            Config before = config;
            config = other;
            try {
                return applyNow();
            } catch (UnresolvableException e) {
                config = before;
                throw e;
            }
        });
    }

    /** As {@link #apply()}, after drift was detected. */
    ApplyReport repair() throws BackendException, UnresolvableException {
        ApplyReport report = apply();
        List<String> repaired = report.plan().changes().stream()
                .map(change -> change.id().toString())
                .toList();
        if (report.converged() && !repaired.isEmpty()) {
            updateStatus(before -> before.repaired(repaired.size()));
            Event.DRIFT_REPAIRED.log(LOG, repaired);
        }
        return report;
    }

    /**
     * Plans without writing, on the calling thread.
     *
     * @param reader a backend of the calling thread
     * @throws UnresolvableException if the configuration does not fit this host
     */
    Plan plan(Backend reader) throws BackendException, UnresolvableException {
        Reconciler reconciler = new Reconciler(config, schemes, reader, names, Optional.of(this::endpointOf));
        Plan plan = reconciler.plan();
        updateStatus(before -> before.checked(reconciler.resolution().orElseThrow(), plan));
        return plan;
    }

    private Optional<LearntEndpoint> endpointOf(RoamingTunnel tunnel) {
        return peers.endpointOf(tunnel.tunnel().name());
    }

    public ConvergenceStatus status() {
        return status;
    }

    private synchronized void updateStatus(UnaryOperator<ConvergenceStatus> update) {
        status = update.apply(status);
    }

    /** The configuration in force. */
    public Config config() {
        return config;
    }

    /** What the configuration last applied means on this host. For the writing thread. */
    Resolution resolution() {
        return resolution.orElseThrow();
    }

    /** For the writing thread. Endpoints are read from the kernel the first time, and from the peer table afterwards. */
    Reconciler reconciler() {
        return new Reconciler(config, schemes, backend, names, resolution.map(applied -> this::endpointOf));
    }

    /** As {@link #apply()}. For the writing thread. */
    ApplyReport applyNow() throws BackendException, UnresolvableException {
        Reconciler reconciler = reconciler();
        boolean converged = false;
        try {
            ApplyReport report = writer.locked(() -> reconciler.apply(Converger::logPlan));
            logResult(report);
            reconciler.resolution().ifPresent(applied -> {
                updateStatus(
                        before -> before.checked(applied, report.remaining().orElse(report.plan())));
                resolution = Optional.of(applied);
                peers.setTunnels(applied.roaming(), applied.learnt());
                onResolution.accept(applied);
            });
            converged = report.converged();
            return report;
        } finally {
            boolean success = converged;
            updateStatus(before -> before.applied(success));
        }
    }

    private static void logPlan(Plan plan) {
        plan.notes().forEach(note -> LOG.warn("{}", note));
        plan.conflicts()
                .forEach(conflict -> Event.APPLY_CONFLICT.log(
                        LOG, conflict.resource(), conflict.obstacle() + " (" + conflict.remedy() + ")"));
        plan.changes()
                .forEach(change ->
                        Event.APPLY_CHANGE.log(LOG, change.action().name().toLowerCase(Locale.ROOT), change.id()));
    }

    private static void logResult(ApplyReport report) {
        report.failures()
                .forEach(outcome -> Event.APPLY_WRITE_REFUSED.log(
                        LOG, outcome.operation().id(), outcome.refusal().orElseThrow()));
        Plan plan = report.plan();
        if (!report.converged()) {
            Event.APPLY_FAILED.log(
                    LOG, report.failures().size(), plan.conflicts().size());
        } else if (!plan.isEmpty()) {
            Event.APPLY_DONE.log(LOG, plan.toAdd(), plan.toChange(), plan.toDestroy());
        }
    }

    /** Ends after pending writes. What is in the kernel stays. */
    @Override
    public void close() {
        writer.close(backend::close);
    }
}
