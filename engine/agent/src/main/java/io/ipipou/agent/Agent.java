package io.ipipou.agent;

import io.ipipou.agent.auth.AuthPacketVerifier;
import io.ipipou.agent.auth.RejectionLog;
import io.ipipou.agent.auth.ReplayGuard;
import io.ipipou.agent.client.ClientSnapshot;
import io.ipipou.agent.client.Clients;
import io.ipipou.agent.converge.ConfigState;
import io.ipipou.agent.converge.ConvergenceStatus;
import io.ipipou.agent.converge.Converger;
import io.ipipou.agent.converge.DriftWatch;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.agent.converge.KernelWriter;
import io.ipipou.agent.converge.PeerAdmitter;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.names.NameFollower;
import io.ipipou.agent.packet.PacketQueue;
import io.ipipou.agent.packet.PacketReceiver;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.peer.Keepalives;
import io.ipipou.agent.peer.PeerCounts;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.agent.watch.KernelChangeWatcher;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.StaticTunnel;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.spi.state.LinkName;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the host match its configuration and repairs drift, authenticates and admits peers, and authenticates this host to
 * servers. Works in the network namespace of the thread that starts it. Closing it leaves every tunnel up, and admissions
 * stay until they expire.
 */
public final class Agent implements AutoCloseable {

    /** Why a running agent rejects a configuration whose settings {@linkplain GlobalSettings#requiresRestart require that}. */
    public static final String RESTART_REQUIRED =
            "settings.backend, queue and nftTable are read only at start: restart the agent to change them";

    /** How long the first apply waits for host names. Tunnels whose names have no answer by then are deferred. */
    private static final Duration FIRST_LOOKUP = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /**
     * What an agent is started with.
     *
     * @param runDirectory of the host's lock
     * @param stateDirectory of the record of used authentication packets, which only root can read
     * @param repairing false to only report drift
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
    private final NameLookups names;
    private final PeerTable peers = new PeerTable(System::nanoTime);
    private final Deque<AutoCloseable> resources;
    private final ReplayGuard replayGuard;
    private final PacketSender sender;
    private final KernelWriter writer;
    private final Converger converger;
    private final Keepalives keepalives;
    private final Clients clients;
    private final PacketReceiver receiver;
    private volatile AuthPacketVerifier verifier;
    private volatile Optional<DriftWatch> drift = Optional.empty();
    private volatile Optional<NameFollower> follower = Optional.empty();

    /** @param resources receives what has to be closed, in reverse order */
    private Agent(InitialConfig initial, Setup setup, Deque<AutoCloseable> resources)
            throws BackendException, IOException {
        Config config = initial.config();
        this.setup = setup;
        this.resources = resources;
        names = new NameLookups(setup.names());
        names.lookUp(config.hostNames(), Duration.ZERO); // meanwhile, the rest starts
        replayGuard = closing(ReplayGuard.open(setup.stateDirectory()));
        verifier = new AuthPacketVerifier(List.of(), setup.schemes(), replayGuard);
        PacketQueue queue = closing(PacketQueue.open(config.settings().queue()));
        sender = closing(PacketSender.open());
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ipipou-timer"));
        closing(timer::shutdownNow);
        keepalives = new Keepalives(sender::send, peers, timer);
        writer = new KernelWriter(setup.runDirectory());
        converger = closing(new Converger(
                initial,
                new Journal(setup.stateDirectory(), setup.provider().id()),
                setup.provider().open(config.settings().nftTable()),
                setup.schemes(),
                names,
                writer,
                peers,
                this::resolved));
        PeerAdmitter admitter = new PeerAdmitter(converger, writer, peers);
        clients = closing(Clients.start(sender, setup.schemes(), setup.clock(), this::refreshNames, converger::choose));
        RejectionLog rejections = new RejectionLog(System::nanoTime);
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(rejections::report, 1, 1, TimeUnit.MINUTES);
        AuthPacketHandler handler = new AuthPacketHandler(
                () -> verifier, clients, peers, admitter, sender, rejections, this::refreshNames, setup.clock());
        receiver = closing(new PacketReceiver(queue, handler::handle));
    }

    private <C extends AutoCloseable> C closing(C resource) {
        resources.push(resource);
        return resource;
    }

    /**
     * Starts an agent. When this returns, the host matches the configuration as far as it can before peers authenticate,
     * and authentication packets are received.
     *
     * <p>While an apply awaits its confirmation, it writes nothing but admissions.
     *
     * @throws BackendException if the kernel cannot be used, or another program uses the queue
     * @throws IOException if the state directory cannot be used
     */
    public static Agent start(InitialConfig initial, Setup setup) throws BackendException, IOException {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            Agent agent = new Agent(initial, setup, resources);
            agent.run();
            return agent;
        } catch (BackendException | IOException | RuntimeException e) {
            closeAll(resources);
            throw e;
        }
    }

    private void run() throws BackendException {
        names.lookUp(hostNames(), FIRST_LOOKUP);
        Map<String, NameAnswer> inUse = names.known(hostNames());
        boolean complete = converger.apply().succeeded();
        receiver.start();
        follower = Optional.of(closing(NameFollower.start(names, this::hostNames, inUse, this::namesChanged)));
        DriftWatch watch = closing(DriftWatch.start(openBackend(), converger, setup.repairing()));
        drift = Optional.of(watch);
        closing(KernelChangeWatcher.start(changes -> {
            clients.hostChanged(changes);
            watch.hostChanged();
        }));
        if (!complete) {
            watch.hostChanged();
        }
    }

    /**
     * Whether authentication packets are received, drift is checked for, and the thread that writes to the kernel is not
     * stuck.
     *
     * @param timeout how long a write may take; one that waits for the host's lock takes up to 30 s
     */
    public boolean isHealthy(Duration timeout) {
        return receiver.isAlive() && drift.orElseThrow().isAlive() && writer.isResponsive(timeout);
    }

    /** The configuration in force. */
    public Config config() {
        return converger.config();
    }

    public ConfigState configState() {
        return converger.configState();
    }

    /**
     * Applies another configuration, or the one in force again.
     *
     * @throws NotAppliedException if the apply did not begin
     */
    public synchronized ApplyReport apply(Config other, ApplyRequest request)
            throws BackendException, NotAppliedException {
        if (config().settings().requiresRestart(other.settings())) {
            throw new NotAppliedException(RESTART_REQUIRED);
        }
        names.lookUp(other.hostNames());
        return converger.apply(other, request);
    }

    /** Confirms or rolls back an apply, with the kernel to itself and under the host's lock. */
    public <T, X extends Exception> T decide(KernelWriter.Task<T, X> decision) throws BackendException, X {
        return converger.decide(decision);
    }

    /** Authenticates this host now in these of its client tunnels, or in all if none is named; returns which. */
    public Set<LinkName> reauthenticate(Set<LinkName> tunnels) {
        return clients.authenticateNow(tunnels);
    }

    /** Forgets which authentication packets were accepted; see {@link ReplayGuard#forget}. */
    public boolean forgetReplays(Set<String> keys) throws IOException {
        return replayGuard.forget(keys);
    }

    /** The peers that authenticate to this host. */
    public Map<LinkName, PeerTable.Snapshot> peers() {
        return peers.snapshots();
    }

    /** The peers that authenticate to this host, counted. */
    public PeerCounts peerCounts() {
        return peers.counts();
    }

    /** The servers that this host authenticates to. */
    public Map<LinkName, ClientSnapshot> clients() {
        return clients.snapshots();
    }

    public PacketCounts packets() {
        return new PacketCounts(peers.unmatched(), peers.lastUnmatched(), receiver.dropped(), receiver.overruns());
    }

    public DriftWatch.Repairs repairs() {
        return drift.orElseThrow().repairs();
    }

    public ConvergenceStatus convergence() {
        return converger.status();
    }

    /** A backend for the calling thread's network namespace, to read from without getting in the agent's way. */
    public Backend openBackend() throws BackendException {
        return setup.provider().open(config().settings().nftTable());
    }

    private void resolved(Resolution resolution) {
        verifier = new AuthPacketVerifier(resolution.roaming(), setup.schemes(), replayGuard);
        keepalives.setTunnels(resolution.roaming(), StaticTunnel.of(resolution.tunnels(), resolution.state()));
        clients.setTunnels(resolution.clients(), resolution.remotes());
    }

    private Set<String> hostNames() {
        return config().hostNames();
    }

    private void refreshNames() {
        follower.ifPresent(NameFollower::lookUpNow);
    }

    private void namesChanged(Set<String> changed) {
        Event.NAMES_CHANGED.log(LOG, changed);
        try {
            converger.apply();
        } catch (BackendException e) {
            LOG.warn("cannot apply the new addresses: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        closeAll(resources);
    }

    private static void closeAll(Deque<AutoCloseable> resources) {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", e.getMessage());
            }
        }
    }
}
