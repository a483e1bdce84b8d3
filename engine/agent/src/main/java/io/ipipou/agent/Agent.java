package io.ipipou.agent;

import io.ipipou.agent.auth.AuthGate;
import io.ipipou.agent.auth.AuthResult;
import io.ipipou.agent.auth.PeerVerifier;
import io.ipipou.agent.auth.ReplayGuard;
import io.ipipou.agent.client.Clients;
import io.ipipou.agent.converge.ConvergenceStatus;
import io.ipipou.agent.converge.Converger;
import io.ipipou.agent.converge.DriftWatch;
import io.ipipou.agent.converge.Keepalives;
import io.ipipou.agent.converge.NameCache;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketBatch;
import io.ipipou.agent.packet.PacketQueue;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.peer.PeerCounts;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.NameResolver;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.UnresolvableException;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.RuleCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a host converged, lets peers in that prove themselves, and proves this host to others. Works in the network
 * namespace of the thread that starts it. Closing it leaves every tunnel as it is, and the gate lets in whom it lets in
 * until their time has passed.
 */
public final class Agent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** Packets that wait to be verified; what comes beyond them is dropped and counted. */
    private static final int BACKLOG = 1024;

    /**
     * What an agent works with.
     *
     * @param runDirectory where the lock is
     * @param stateDirectory where it remembers, for root alone, which proofs were used
     * @param repairing whether what somebody else changed is mended; only told otherwise
     */
    public record Setup(
            BackendProvider provider,
            AuthSchemes schemes,
            NameResolver names,
            Clock clock,
            Path runDirectory,
            Path stateDirectory,
            boolean repairing) {}

    private final Setup setup;
    private final NameCache names;
    private final PeerTable peers = new PeerTable(System::nanoTime);
    private final AtomicLong overload = new AtomicLong();
    private final ThreadPoolExecutor verifiers;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private Config config;
    private final ReplayGuard guard;
    private final PacketQueue queue;
    private final PacketSender sender;
    private final Converger converger;
    private final Keepalives keepalives;
    private final Clients clients;
    private volatile AuthGate gate;
    private volatile Optional<DriftWatch> drift = Optional.empty();
    private final Thread intake = new Thread(this::receive, "ipipou-intake");

    private Agent(Config config, Setup setup) throws BackendException, IOException {
        this.setup = setup;
        this.config = config;
        names = new NameCache(setup.names());
        guard = opened(ReplayGuard.open(setup.stateDirectory()));
        gate = new AuthGate(List.of(), guard);
        queue = opened(PacketQueue.open(config.settings().queue()));
        sender = opened(PacketSender.open());
        keepalives = opened(new Keepalives(sender, peers));
        Backend backend = setup.provider().open(config.settings().nftTable());
        converger = opened(
                new Converger(config, backend, setup.schemes(), names, setup.runDirectory(), peers, this::resolved));
        clients = opened(Clients.start(sender, setup.schemes(), setup.clock(), this::lookAgain));
        int threads = Runtime.getRuntime().availableProcessors();
        verifiers = new ThreadPoolExecutor(
                threads,
                threads,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(BACKLOG),
                task -> new Thread(task, "ipipou-verify"),
                (task, pool) -> overload.incrementAndGet());
        verifiers.allowCoreThreadTimeOut(true);
    }

    private <C extends AutoCloseable> C opened(C resource) {
        open.push(resource);
        return resource;
    }

    /**
     * Starts an agent: when this returns, the host is converged as far as it can be without proofs, and proofs are
     * received.
     *
     * @throws BackendException if the kernel cannot be used, or the queue is another program's
     * @throws UnresolvableException if the file does not fit this host
     * @throws IOException if the state directory cannot be used
     */
    public static Agent start(Config config, Setup setup) throws BackendException, UnresolvableException, IOException {
        Agent agent = new Agent(config, setup);
        try {
            agent.run();
            return agent;
        } catch (BackendException | UnresolvableException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    private void run() throws BackendException, UnresolvableException {
        converger.apply();
        intake.start();
        drift = Optional.of(opened(DriftWatch.start(
                setup.provider().open(config.settings().nftTable()),
                converger,
                setup.repairing(),
                clients::hostChanged)));
    }

    /**
     * Whether proofs are taken in, the host is looked at, and the thread that writes to the kernel gets on with it.
     *
     * @param patience how long a write may take; one that waits for another run's lock takes 30 s at most
     */
    public boolean isWell(Duration patience) {
        return intake.isAlive() && drift.orElseThrow().isAlive() && converger.answers(patience);
    }

    /** Converges the host, as {@code ipipou apply} does. */
    public ApplyReport apply() throws BackendException, UnresolvableException {
        names.forget();
        return converger.apply();
    }

    /**
     * Puts another file in force.
     *
     * @throws UnresolvableException if it does not fit this host; the one so far stays in force
     * @throws BackendException if the kernel cannot be used, or the file needs another agent: one with another backend,
     *     queue or table
     */
    public synchronized ApplyReport reload(Config other) throws BackendException, UnresolvableException {
        if (needsAnother(config, other)) {
            throw new BackendException(
                    "settings.backend, queue and nftTable are taken at start: restart the agent to change them");
        }
        names.forget();
        ApplyReport report = converger.apply(other);
        config = other;
        return report;
    }

    /** Whether one agent cannot go from the one file to the other. */
    public static boolean needsAnother(Config one, Config other) {
        return !other.settings().backend().equals(one.settings().backend())
                || other.settings().queue() != one.settings().queue()
                || !other.settings().nftTable().equals(one.settings().nftTable());
    }

    /** Proves this host again, now, in these of its client tunnels; in all of them when none is named. */
    public Set<LinkName> reauthenticate(Set<LinkName> tunnels) {
        return clients.proveNow(tunnels);
    }

    /** What is known of each peer that has to prove itself. */
    public Map<LinkName, PeerTable.Snapshot> peers() {
        return peers.snapshots();
    }

    /** What is known of each server that this host proves itself to. */
    public Map<LinkName, Clients.Snapshot> clients() {
        return clients.snapshots();
    }

    /** What was mended of what somebody else changed. */
    public DriftWatch.Repairs repairs() {
        return drift.orElseThrow().repairs();
    }

    /** What happened to packets that were no known peer's. */
    public Intake intake() throws BackendException {
        return new Intake(peers.strangers(), overload.get(), queue.overruns(), converger.ruleCounters());
    }

    /**
     * Counts of packets that may have been proofs.
     *
     * @param refusals of packets that were no known peer's
     * @param overload packets dropped because too many waited to be verified
     * @param overruns times that the kernel dropped packets because they were not taken in time
     * @param gate what the rules of the gate have counted
     */
    public record Intake(
            Map<RejectionReason, Long> refusals, long overload, long overruns, Map<String, RuleCounter> gate) {}

    /** How far the host is as it should be. */
    public ConvergenceStatus progress() {
        return converger.progress();
    }

    /** The peers that have to prove themselves, counted. */
    public PeerCounts census() {
        return peers.census();
    }

    /** Packets that may have been proofs and were not judged. */
    public Drops drops() {
        return new Drops(overload.get(), queue.overruns());
    }

    /**
     * Packets that may have been proofs and were not judged.
     *
     * @param overload packets dropped because too many waited to be verified
     * @param overruns times that the kernel dropped packets because they were not taken in time
     */
    public record Drops(long overload, long overruns) {}

    /**
     * Another backend, for the calling thread's network namespace, that looks at what this agent keeps without getting in
     * its way.
     */
    public synchronized Backend openBackend() throws BackendException {
        return setup.provider().open(config.settings().nftTable());
    }

    private void resolved(Resolution resolution) {
        gate = new AuthGate(
                resolution.roaming().stream()
                        .map(tunnel -> new PeerVerifier(
                                tunnel,
                                setup.schemes()
                                        .verifier(tunnel.tunnel().peer().auth().orElseThrow())))
                        .toList(),
                guard);
        keepalives.setTunnels(resolution.roaming());
        clients.setTunnels(resolution.clients());
    }

    private void lookAgain(Set<String> doubtful) {
        if (!names.lookAgain(doubtful)) {
            return;
        }
        Event.NAMES_CHANGED.log(LOG, doubtful);
        try {
            converger.apply();
        } catch (BackendException | UnresolvableException e) {
            LOG.warn("the host could not be converged to them: {}", e.getMessage());
        }
    }

    /** No packet that comes here ever goes on, so the verdict does not wait for what it turns out to be. */
    private void receive() {
        try {
            Optional<PacketBatch> batch = queue.receive();
            while (batch.isPresent()) {
                queue.drop(batch.get());
                batch.get().datagrams().forEach(datagram -> verifiers.execute(() -> judge(datagram)));
                batch = queue.receive();
            }
        } catch (BackendException e) {
            Event.AGENT_DEAF.log(LOG, String.valueOf(e.getMessage()));
        }
    }

    private void judge(Datagram datagram) {
        AuthPacket attempt = new AuthPacket(
                datagram.payload(), datagram.source(), setup.clock().instant());
        if (clients.offer(datagram.destination(), attempt) || !gate.listensAt(datagram.destination())) {
            return;
        }
        AuthResult judgement = gate.judge(attempt, datagram.destination(), peers.at(datagram.source()));
        Optional<LinkName> name = judgement.claim().map(PeerVerifier::name);
        if (judgement.isAccepted()) {
            PeerVerifier claim = judgement.claim().orElseThrow();
            peers.accepted(claim.name(), attempt.time());
            converger.follow(claim.tunnel(), datagram.source(), () -> reply(claim, datagram));
        } else {
            peers.refused(name, judgement.refusal().orElseThrow());
            Event.PEER_REFUSED.log(
                    LOG, datagram.source(), name, judgement.refusal().orElseThrow());
        }
    }

    private void reply(PeerVerifier claim, Datagram request) {
        if (!claim.tunnel().tunnel().reply()) {
            return;
        }
        try {
            sender.send(request.answer(claim.verifier().reply(request.payload())));
        } catch (ErrnoException | RuntimeException e) {
            Event.REPLY_FAILED.log(LOG, claim.name(), request.source(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        verifiers.shutdown();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("while ending: {}", e.getMessage());
            }
        }
    }
}
