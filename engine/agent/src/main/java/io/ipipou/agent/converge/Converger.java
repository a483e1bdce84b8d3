package io.ipipou.agent.converge;

import io.ipipou.agent.event.Event;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.HostLock;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.Gate;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.RuleCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of the agent that writes to the kernel. It takes the host's lock for each write, so that no other run
 * writes meanwhile. Safe for use by several threads.
 */
public final class Converger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Converger.class);

    /** How long another run may hold the lock before a write is given up. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

    private static final Duration LOCK_INTERVAL = Duration.ofMillis(50);

    /** An admission is renewed when this part of its time has passed: at every proof would be a write at every proof. */
    private static final int RENEWAL_PART = 8;

    private final Backend backend;
    private final AuthSchemes schemes;
    private final NameResolver names;
    private final Path lockDirectory;
    private final PeerTable peers;
    private final Consumer<Resolution> onResolution;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> new Thread(task, "ipipou-kernel"));

    private volatile ConvergenceStatus progress = ConvergenceStatus.NONE;

    private volatile Config config;
    private Optional<Resolution> current = Optional.empty();
    private Set<List<NftValue>> fixed = Set.of();

    /**
     * @param backend used by the writing thread alone from now on, and closed with this
     * @param onResolution is told what the file asks of the host whenever that was put in force; on the writing thread
     */
    public Converger(
            Config config,
            Backend backend,
            AuthSchemes schemes,
            NameResolver names,
            Path lockDirectory,
            PeerTable peers,
            Consumer<Resolution> onResolution) {
        this.config = config;
        this.backend = backend;
        this.schemes = schemes;
        this.names = names;
        this.lockDirectory = lockDirectory;
        this.peers = peers;
        this.onResolution = onResolution;
    }

    /**
     * Converges the host.
     *
     * @throws UnresolvableException if the file does not fit this host
     */
    public ApplyReport apply() throws BackendException, UnresolvableException {
        return join(submit(this::applyNow));
    }

    /**
     * Converges the host where somebody else has changed it.
     *
     * @throws UnresolvableException if the file does not fit this host
     */
    public ApplyReport repair() throws BackendException, UnresolvableException {
        ApplyReport report = apply();
        List<String> mended = report.plan().changes().stream()
                .map(change -> change.id().toString())
                .toList();
        if (report.converged() && !mended.isEmpty()) {
            note(so -> so.repaired(mended.size()));
            Event.DRIFT_REPAIRED.log(LOG, mended);
        }
        return report;
    }

    /** How far the host is as it should be. For any thread. */
    public ConvergenceStatus progress() {
        return progress;
    }

    private synchronized void note(UnaryOperator<ConvergenceStatus> step) {
        progress = step.apply(progress);
    }

    /**
     * Converges the host to another file, which replaces the one so far even where it fails half way.
     *
     * @throws UnresolvableException if the file does not fit this host; the one so far stays in force
     */
    public ApplyReport apply(Config other) throws BackendException, UnresolvableException {
        return join(submit(() -> {
            Config before = config;
            config = other;
            try {
                return applyNow();
            } catch (UnresolvableException e) {
                config = before;
                throw e;
            }
        }));
    }

    /**
     * What would change. Read only, on the calling thread.
     *
     * @param looking a backend that is the calling thread's alone
     * @throws UnresolvableException if the file does not fit this host
     */
    public Plan plan(Backend looking) throws BackendException, UnresolvableException {
        Reconciler reconciler = new Reconciler(config, schemes, looking, names, Optional.of(this::where));
        Plan plan = reconciler.plan();
        note(so -> so.looked(reconciler.resolution().orElseThrow(), plan));
        return plan;
    }

    private Optional<LearntEndpoint> where(RoamingTunnel tunnel) {
        return peers.where(tunnel.tunnel().name());
    }

    /** Whether the writing thread is done with what is before this within the time. */
    public boolean answers(Duration patience) {
        try {
            return submit(() -> true).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the rules of the gate have counted. */
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        try {
            return join(submit(backend::ruleCounters));
        } catch (UnresolvableException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Lets the tunnel's peer in where it has proved itself, and calls back when it is in: at once when there is nothing to
     * write.
     */
    public void follow(RoamingTunnel tunnel, Endpoint source, Runnable then) {
        if (isFresh(tunnel, peers.where(tunnel.tunnel().name()), source)) {
            then.run();
            return;
        }
        writer.execute(() -> {
            try {
                if (followNow(tunnel, source)) {
                    then.run();
                }
            } catch (BackendException | UnresolvableException | RuntimeException e) {
                Event.PEER_FAILED.log(LOG, tunnel.tunnel().name(), source, String.valueOf(e.getMessage()));
            }
        });
    }

    private boolean isFresh(RoamingTunnel tunnel, Optional<LearntEndpoint> where, Endpoint source) {
        Duration lifetime = tunnel.tunnel().authLifetime();
        return where.filter(learnt -> learnt.admitted() && learnt.endpoint().equals(source))
                .filter(learnt -> learnt.remaining()
                        .map(time -> time.compareTo(lifetime.minus(lifetime.dividedBy(RENEWAL_PART))) >= 0)
                        .orElse(true))
                .isPresent();
    }

    private ApplyReport applyNow() throws BackendException, UnresolvableException {
        Reconciler reconciler = reconciler();
        boolean converged = false;
        try {
            ApplyReport report = locked(() -> reconciler.apply(plan -> announce(plan)));
            report.failures()
                    .forEach(outcome -> Event.APPLY_REFUSED.log(
                            LOG, outcome.operation().id(), outcome.refusal().orElseThrow()));
            conclude(report);
            reconciler.resolution().ifPresent(resolution -> {
                Plan left = report.remaining().orElse(report.plan());
                note(so -> so.looked(resolution, left));
                settle(resolution);
            });
            converged = report.converged();
            return report;
        } finally {
            boolean good = converged;
            note(so -> so.applied(good));
        }
    }

    private static void announce(Plan plan) {
        plan.notes().forEach(note -> LOG.warn("{}", note));
        plan.conflicts()
                .forEach(conflict -> Event.APPLY_CONFLICT.log(
                        LOG, conflict.resource(), conflict.obstacle() + " (" + conflict.remedy() + ")"));
        plan.changes()
                .forEach(change ->
                        Event.APPLY_CHANGE.log(LOG, change.action().name().toLowerCase(Locale.ROOT), change.id()));
    }

    private static void conclude(ApplyReport report) {
        Plan plan = report.plan();
        if (!report.converged()) {
            Event.APPLY_FAILED.log(
                    LOG, report.failures().size(), plan.conflicts().size());
        } else if (!plan.isEmpty()) {
            Event.APPLY_DONE.log(LOG, plan.toAdd(), plan.toChange(), plan.toDestroy());
        }
    }

    private void settle(Resolution resolution) {
        current = Optional.of(resolution);
        fixed = fixedPeers(resolution);
        peers.setTunnels(resolution.roaming(), resolution.learnt());
        onResolution.accept(resolution);
    }

    /** At the first time only the kernel knows where peers are, from then on this agent does. */
    private Reconciler reconciler() {
        return new Reconciler(config, schemes, backend, names, current.map(resolution -> this::where));
    }

    private boolean followNow(RoamingTunnel tunnel, Endpoint source) throws BackendException, UnresolvableException {
        Resolution resolution = current.orElseThrow();
        NftTable table = resolution.state().table().orElseThrow();
        LinkName name = tunnel.tunnel().name();
        LearntEndpoint after = LearntEndpoint.admitted(source, tunnel.tunnel().authLifetime());
        if (fixed.contains(Gate.admissionKey(source, tunnel.tunnel().local().port()))) {
            Event.PEER_CLASH.log(LOG, name, source);
            return false;
        }
        Reconciler reconciler = reconciler();
        for (RoamingTunnel other : otherThere(resolution, tunnel, source)) {
            LinkName there = other.tunnel().name();
            Event.PEER_DISPLACED.log(LOG, there, source, name);
            move(reconciler, other, LearntEndpoint.expired(source), table);
        }
        Optional<LearntEndpoint> before = peers.where(name);
        if (!move(reconciler, tunnel, after, table)) {
            return false;
        }
        tell(name, source, before.filter(LearntEndpoint::admitted).map(LearntEndpoint::endpoint));
        return true;
    }

    /** A renewal is nothing to tell. */
    private static void tell(LinkName name, Endpoint source, Optional<Endpoint> before) {
        if (before.isEmpty()) {
            Event.PEER_ADMITTED.log(LOG, name, source);
        } else if (!before.get().equals(source)) {
            Event.PEER_MOVED.log(LOG, name, source, before.get());
        }
    }

    private boolean move(Reconciler reconciler, RoamingTunnel tunnel, LearntEndpoint after, NftTable table)
            throws BackendException, UnresolvableException {
        LinkName name = tunnel.tunnel().name();
        Optional<LearntEndpoint> before = peers.where(name);
        List<Outcome> outcomes = locked(() -> reconciler.move(tunnel, before, after, table));
        peers.moved(name, after);
        Optional<Outcome> failure = outcomes.stream()
                .filter(outcome -> outcome.status() == Outcome.Status.FAILED)
                .findFirst();
        if (failure.isEmpty()) {
            return true;
        }
        LOG.warn(
                "{}: {}; looking at the whole host",
                failure.get().operation().id(),
                failure.get().refusal().orElseThrow());
        return applyNow().converged();
    }

    /** What the gate knows the peers by that the file has fixed. */
    private static Set<List<NftValue>> fixedPeers(Resolution resolution) {
        Set<LinkName> roaming = resolution.roaming().stream()
                .map(tunnel -> tunnel.tunnel().name())
                .collect(Collectors.toSet());
        return resolution.state().links().values().stream()
                .filter(link -> !roaming.contains(link.name()))
                .map(link -> Gate.admissionKey(
                        new Endpoint(link.outer().remote(), link.encap().destinationPort()),
                        link.encap().sourcePort()))
                .collect(Collectors.toSet());
    }

    private List<RoamingTunnel> otherThere(Resolution resolution, RoamingTunnel tunnel, Endpoint source) {
        Set<LinkName> there = peers.at(source);
        return resolution.roaming().stream()
                .filter(other -> there.contains(other.tunnel().name())
                        && other.tunnel().local().port()
                                == tunnel.tunnel().local().port()
                        && !other.tunnel().name().equals(tunnel.tunnel().name())
                        && peers.where(other.tunnel().name())
                                .filter(LearntEndpoint::admitted)
                                .isPresent())
                .toList();
    }

    private interface Write<T> {
        T run() throws BackendException, UnresolvableException;
    }

    private <T> T locked(Write<T> write) throws BackendException, UnresolvableException {
        long start = System.nanoTime();
        while (true) {
            try (HostLock lock = HostLock.tryAcquire(lockDirectory).orElse(null)) {
                if (lock != null) {
                    return write.run();
                }
            } catch (IOException e) {
                throw new BackendException("the lock in " + lockDirectory + " cannot be taken: " + e.getMessage(), e);
            }
            if (System.nanoTime() - start > LOCK_PATIENCE.toNanos()) {
                throw new BackendException("another run has held the lock for " + LOCK_PATIENCE.toSeconds() + " s: "
                        + HostLock.holder(lockDirectory).orElse("unknown"));
            }
            pause();
        }
    }

    private static void pause() throws BackendException {
        try {
            Thread.sleep(LOCK_INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("ended while another run held the lock", e);
        }
    }

    private <T> CompletableFuture<T> submit(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        writer.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T join(CompletableFuture<T> result) throws BackendException, UnresolvableException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BackendException failure) {
                throw failure;
            }
            if (e.getCause() instanceof UnresolvableException misfit) {
                throw misfit;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("ended while the host was converged", e);
        }
    }

    /** Ends after the write that is under way. What is in the kernel stays. */
    @Override
    public void close() {
        writer.execute(backend::close);
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LOCK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a write to the kernel did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
