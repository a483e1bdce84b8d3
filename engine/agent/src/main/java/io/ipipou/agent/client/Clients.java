package io.ipipou.agent.client;

import io.ipipou.agent.names.NameRefresher;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.watch.KernelChange;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Auth;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.Remote;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnels in client mode. One thread, in the network namespace of the thread that starts it, sends the authentication
 * packets that are due and reads the links' counters every few seconds. Thread-safe.
 */
public final class Clients implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    /** Between two readings of the links' counters: a dead tunnel is noticed after one to two of these. */
    static final Duration READ_INTERVAL = Duration.ofSeconds(3);

    /** The host was suspended if its clock advanced this much more than the monotonic one, which stops meanwhile. */
    private static final Duration SUSPENSION = Duration.ofSeconds(5);

    private record Endpoints(Endpoint local, Endpoint server) {}

    private record Current(
            Map<LinkName, Client> byName, Map<Endpoints, Client> byEndpoints, Map<LinkName, StaticPeer> statics) {
        Collection<Client> all() {
            return byName.values();
        }
    }

    private final ClientContext context;
    private final Function<Auth, Authenticator> authenticators;
    private final LinkCounterReader counterReader;
    private final NameRefresher names;
    private volatile Current current = new Current(Map.of(), Map.of(), Map.of());
    private volatile boolean closed;
    private Optional<Thread> thread = Optional.empty();

    // Used by the one thread alone.
    private long nextReading;
    private long lastReading;
    private Instant lastReadingByClock;
    private boolean unreadable;

    Clients(
            Function<Auth, Authenticator> authenticators,
            LinkCounterReader counterReader,
            NameRefresher names,
            ClientContext context) {
        this.authenticators = authenticators;
        this.counterReader = counterReader;
        this.names = names;
        this.context = context;
        this.lastReading = context.nanos().getAsLong();
        this.nextReading = lastReading + READ_INTERVAL.toNanos();
        this.lastReadingByClock = context.clock().instant();
    }

    /**
     * Starts without any tunnel.
     *
     * @param refresh looks up the names of servers that do not respond; must not block
     * @param choose moves a tunnel to another of its peer's endpoints; must not block
     */
    public static Clients start(
            PacketSender sender,
            AuthSchemes schemes,
            Clock clock,
            Runnable refresh,
            BiConsumer<LinkName, Endpoint> choose) {
        DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        Clients clients = new Clients(
                schemes::authenticator,
                LinkCounterReader.KERNEL,
                new NameRefresher(names -> refresh.run(), Runnable::run, System::nanoTime, random),
                new ClientContext(
                        (packet, device) -> sender.send(packet, device, OptionalInt.empty()),
                        clock,
                        System::nanoTime,
                        random,
                        choose));
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
     * @return time until something is due again
     */
    Duration step() {
        Collection<Client> all = current.all();
        long now = context.nanos().getAsLong();
        if (nextReading - now <= 0) {
            readCounters(now);
        }
        all.forEach(Client::act);
        names.refreshIfDue(Stream.concat(
                        all.stream().map(Client::namesToRefresh),
                        current.statics().values().stream().map(StaticPeer::namesToRefresh))
                .flatMap(Set::stream)
                .collect(Collectors.toSet()));
        if (all.isEmpty() && current.statics().isEmpty()) {
            return Duration.ofDays(1);
        }
        long next = nextReading;
        for (Client client : all) {
            OptionalLong due = client.due();
            next = due.isPresent() && due.getAsLong() - next < 0 ? due.getAsLong() : next;
        }
        return Duration.ofNanos(Math.max(0, next - context.nanos().getAsLong()));
    }

    private void readCounters(long now) {
        Map<LinkName, Client> byName = current.byName();
        Map<LinkName, StaticPeer> statics = current.statics();
        if (wasSuspended(now)) {
            // NAT mappings may have expired meanwhile, and packets may have carried the wrong time.
            byName.values().forEach(client -> client.hostChanged(true));
        }
        nextReading = now + READ_INTERVAL.toNanos();
        Set<LinkName> links = new HashSet<>(byName.keySet());
        links.addAll(statics.keySet());
        if (links.isEmpty()) {
            return;
        }
        try {
            Map<LinkName, LinkCounters> counters = counterReader.read(links);
            counters.forEach((name, link) -> {
                Optional.ofNullable(byName.get(name)).ifPresent(client -> client.updateCounters(link));
                Optional.ofNullable(statics.get(name)).ifPresent(peer -> peer.updateCounters(link));
            });
            unreadable = false;
        } catch (IOException e) {
            if (!unreadable) {
                LOG.warn("cannot read the counters of the tunnels: {}", e.getMessage());
            }
            unreadable = true;
        }
    }

    private boolean wasSuspended(long now) {
        Instant byClock = context.clock().instant();
        Duration ahead = Duration.between(lastReadingByClock, byClock).minusNanos(now - lastReading);
        lastReading = now;
        lastReadingByClock = byClock;
        return ahead.compareTo(SUSPENSION) > 0;
    }

    /**
     * Replaces the tunnels. New ones, and those whose endpoints changed, send an authentication packet at once.
     *
     * @param remotes where the peers of all tunnels are that do not roam
     */
    public synchronized void setTunnels(List<ClientTunnel> tunnels, Map<LinkName, Remote> remotes) {
        Map<LinkName, Client> byName = new LinkedHashMap<>();
        Map<Endpoints, Client> byEndpoints = new LinkedHashMap<>();
        for (ClientTunnel tunnel : tunnels) {
            Client client = client(tunnel);
            byName.put(tunnel.tunnel().name(), client);
            byEndpoints.put(new Endpoints(tunnel.local(), tunnel.server()), client);
        }
        Map<LinkName, StaticPeer> statics = new HashMap<>();
        remotes.forEach((name, remote) -> {
            if (!byName.containsKey(name) && !remote.names().isEmpty()) {
                statics.put(name, staticPeer(name, remote));
            }
        });
        current = new Current(Collections.unmodifiableMap(byName), byEndpoints, statics);
        wake();
    }

    private Client client(ClientTunnel tunnel) {
        Client before = current.byName().get(tunnel.tunnel().name());
        if (before == null || !before.tunnel().tunnel().equals(tunnel.tunnel())) {
            Auth auth = tunnel.tunnel().peer().auth().orElseThrow();
            return new Client(tunnel, authenticators.apply(auth), READ_INTERVAL, context);
        }
        before.move(tunnel);
        return before;
    }

    private StaticPeer staticPeer(LinkName name, Remote remote) {
        StaticPeer before = current.statics().get(name);
        if (before == null) {
            return new StaticPeer(name, remote, READ_INTERVAL, context.nanos(), context.choose());
        }
        before.setRemote(remote);
        return before;
    }

    /**
     * Reacts to changes of the host: re-authenticates after a change of the default route, and retries after any change
     * where an authentication packet could not be sent. Does not block.
     */
    public void hostChanged(Set<KernelChange> changes) {
        boolean pathChanged = changes.contains(KernelChange.DEFAULT_ROUTE);
        current.all().forEach(client -> client.hostChanged(pathChanged));
        if (pathChanged) {
            names.reset();
        }
        wake();
    }

    /**
     * Takes a packet that may be a reply.
     *
     * @param local where it arrived
     * @return whether it came from a server of these tunnels; if so it is nothing else
     */
    public boolean received(Endpoint local, AuthPacket packet) {
        Optional<Client> client = Optional.ofNullable(current.byEndpoints().get(new Endpoints(local, packet.source())));
        client.ifPresent(found -> found.received(packet));
        return client.isPresent();
    }

    /** Sends an authentication packet now for each of these tunnels, or for all if none is named; returns which. */
    public Set<LinkName> authenticateNow(Set<LinkName> tunnels) {
        Map<LinkName, Client> chosen = new LinkedHashMap<>(current.byName());
        if (!tunnels.isEmpty()) {
            chosen.keySet().retainAll(tunnels);
        }
        chosen.values().forEach(Client::reauthenticate);
        wake();
        return Set.copyOf(chosen.keySet());
    }

    public Map<LinkName, ClientSnapshot> snapshots() {
        Map<LinkName, ClientSnapshot> all = new LinkedHashMap<>();
        current.byName().forEach((name, client) -> all.put(name, client.snapshot()));
        return all;
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}
