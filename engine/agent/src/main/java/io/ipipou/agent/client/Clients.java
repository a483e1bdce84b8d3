package io.ipipou.agent.client;

import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.watch.KernelChange;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Auth;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnels in which this host proves itself. One thread, in the namespace of the one that starts it, sends every proof
 * that is due and looks at the tunnels' counters every few seconds. Safe for use by several threads.
 */
public final class Clients implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    /** Between two looks at the tunnels' counters: a dead tunnel is noticed after one to two. */
    static final Duration LOOK = Duration.ofSeconds(3);

    /** By how much the host's clock has to run ahead of one that stands still in suspension to tell of one. */
    private static final Duration SUSPENSION = Duration.ofSeconds(5);

    /** What is known of whether the server lets us in. */
    public enum State {
        /** It has not answered yet, and nothing came through the tunnel. It may be one that never answers. */
        PROVING,
        /** It answers; or inner packets came, if it does not. */
        ANSWERED,
        /** It ceased to answer, or what is sent through the tunnel stays unanswered. Proofs are sent with growing waits. */
        SILENT;

        /** As in JSON: {@code proving}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is known of one server. Instants are by the host's clock.
     *
     * @param since when this became its state
     * @param lastProof when a proof was sent last
     * @param lastReply when an answer was accepted last
     * @param lastReceived when inner packets were last seen to have come, to a few seconds
     * @param nextProof how long until the next proof; empty for none without a cause
     * @param failure why the last proof could not be sent; empty when it was
     * @param refusals of what came from the server's endpoint and was no answer
     */
    public record Snapshot(
            State state,
            Instant since,
            Endpoint server,
            Optional<Instant> lastProof,
            Optional<Instant> lastReply,
            Optional<Instant> lastReceived,
            Optional<Duration> nextProof,
            Optional<String> failure,
            Map<RejectionReason, Long> refusals) {}

    private record Way(Endpoint local, Endpoint server) {}

    private record Served(Map<LinkName, Client> byName, Map<Way, Client> byWay) {
        Collection<Client> all() {
            return byName.values();
        }
    }

    private final Client.Tools tools;
    private final Function<Auth, Authenticator> provers;
    private final LinkTraffic traffic;
    private final NameDoubts doubts;
    private volatile Served served = new Served(Map.of(), Map.of());
    private volatile boolean closed;
    private Optional<Thread> thread = Optional.empty();
    private Runnable end = () -> {};

    // Of the one thread alone.
    private long nextLook;
    private long lookedAt;
    private Instant lookedAtByClock;
    private boolean unreadable;

    /** @param asking runs what asks for names */
    Clients(
            Function<Auth, Authenticator> provers,
            LinkTraffic traffic,
            NameWatch names,
            Executor asking,
            Client.Tools tools) {
        this.provers = provers;
        this.traffic = traffic;
        this.tools = tools;
        this.doubts = new NameDoubts(names, asking, tools);
        this.lookedAt = tools.nanos().getAsLong();
        this.nextLook = lookedAt + LOOK.toNanos();
        this.lookedAtByClock = tools.clock().instant();
    }

    /**
     * Starts without any tunnel.
     *
     * @param names is told of servers that show no life and have names
     */
    public static Clients start(PacketSender sender, AuthSchemes schemes, Clock clock, NameWatch names) {
        ExecutorService asking = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "ipipou-names");
            // A resolver that waits for its time-out cannot be interrupted.
            thread.setDaemon(true);
            return thread;
        });
        Clients clients = new Clients(
                schemes::prover,
                LinkTraffic.KERNEL,
                names,
                asking,
                new Client.Tools(
                        (proof, device) -> sender.send(proof, device, OptionalInt.empty()),
                        clock,
                        System::nanoTime,
                        () -> ThreadLocalRandom.current().nextDouble()));
        clients.end = asking::shutdownNow;
        Thread thread = new Thread(clients::run, "ipipou-client");
        clients.thread = Optional.of(thread);
        thread.start();
        return clients;
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, step().toNanos());
        }
    }

    private void wake() {
        thread.ifPresent(LockSupport::unpark);
    }

    /**
     * Does everything that is due.
     *
     * @return how long there is nothing to do
     */
    Duration step() {
        Collection<Client> all = served.all();
        long now = tools.nanos().getAsLong();
        if (nextLook - now <= 0) {
            look(now);
        }
        all.forEach(Client::act);
        doubts.ask(
                all.stream().flatMap(client -> client.doubtfulName().stream()).collect(Collectors.toSet()));
        if (all.isEmpty()) {
            return Duration.ofDays(1);
        }
        long next = nextLook;
        for (Client client : all) {
            OptionalLong due = client.due();
            next = due.isPresent() && due.getAsLong() - next < 0 ? due.getAsLong() : next;
        }
        return Duration.ofNanos(Math.max(0, next - tools.nanos().getAsLong()));
    }

    private void look(long now) {
        Instant byClock = tools.clock().instant();
        Duration ahead = Duration.between(lookedAtByClock, byClock).minusNanos(now - lookedAt);
        lookedAt = now;
        lookedAtByClock = byClock;
        nextLook = now + LOOK.toNanos();
        if (ahead.compareTo(SUSPENSION) > 0) {
            // The host slept, and what is between us and the server has forgotten us; or proofs had the wrong time.
            served.all().forEach(client -> client.hostChanged(true));
        }
        Map<LinkName, Client> byName = served.byName();
        if (byName.isEmpty()) {
            return;
        }
        try {
            Map<LinkName, LinkCounters> counters = traffic.read(byName.keySet());
            counters.forEach(
                    (name, link) -> Optional.ofNullable(byName.get(name)).ifPresent(c -> c.look(link)));
            unreadable = false;
        } catch (IOException e) {
            if (!unreadable) {
                LOG.warn("the counters of the tunnels cannot be read: {}", e.getMessage());
            }
            unreadable = true;
        }
    }

    /**
     * Serves these tunnels from now on, and no others. New ones, and those whose endpoints are others now, send a proof at
     * once.
     */
    public synchronized void setTunnels(List<ClientTunnel> tunnels) {
        Map<LinkName, Client> byName = new LinkedHashMap<>();
        Map<Way, Client> byWay = new LinkedHashMap<>();
        for (ClientTunnel tunnel : tunnels) {
            Client client = client(tunnel);
            byName.put(tunnel.tunnel().name(), client);
            byWay.put(new Way(tunnel.local(), tunnel.server()), client);
        }
        served = new Served(Collections.unmodifiableMap(byName), byWay);
        wake();
    }

    private Client client(ClientTunnel tunnel) {
        Client before = served.byName().get(tunnel.tunnel().name());
        if (before == null || !before.tunnel().tunnel().equals(tunnel.tunnel())) {
            return new Client(
                    tunnel, provers.apply(tunnel.tunnel().peer().auth().orElseThrow()), LOOK, tools);
        }
        if (!before.tunnel().equals(tunnel)) {
            before.move(tunnel);
        }
        return before;
    }

    /**
     * Takes note that such things of the host changed. Another default route is a reason to prove this host again, and
     * anything to try again where no proof could be sent. Never blocks.
     */
    public void hostChanged(Set<KernelChange> changes) {
        boolean otherWay = changes.contains(KernelChange.DEFAULT_ROUTE);
        served.all().forEach(client -> client.hostChanged(otherWay));
        if (otherWay) {
            doubts.forget();
        }
        wake();
    }

    /**
     * Takes a packet that may be an answer.
     *
     * @param listener where it arrived
     * @return whether it came from a server of ours: then it is nothing else
     */
    public boolean offer(Endpoint listener, AuthPacket attempt) {
        Optional<Client> client = Optional.ofNullable(served.byWay().get(new Way(listener, attempt.source())));
        client.ifPresent(found -> found.answered(attempt));
        return client.isPresent();
    }

    /** Sends a proof now in each of these tunnels, or in all when none is named; returns those that it was sent in. */
    public Set<LinkName> proveNow(Set<LinkName> tunnels) {
        Map<LinkName, Client> asked = new LinkedHashMap<>(served.byName());
        if (!tunnels.isEmpty()) {
            asked.keySet().retainAll(tunnels);
        }
        asked.values().forEach(Client::proveNow);
        wake();
        return Set.copyOf(asked.keySet());
    }

    public Map<LinkName, Snapshot> snapshots() {
        Map<LinkName, Snapshot> all = new LinkedHashMap<>();
        served.byName().forEach((name, client) -> all.put(name, client.snapshot()));
        return all;
    }

    @Override
    public void close() {
        closed = true;
        wake();
        end.run();
    }
}
