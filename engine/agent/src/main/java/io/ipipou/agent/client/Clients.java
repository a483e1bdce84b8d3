package io.ipipou.agent.client;

import io.ipipou.agent.packet.PacketSender;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/** The tunnels in which this host proves itself. Safe for use by several threads. */
public final class Clients implements AutoCloseable {

    /**
     * What is known of one server.
     *
     * @param lastProof when a proof was sent last
     * @param lastReply when an answer was accepted last
     * @param refusals of what came from the server's endpoint and was no answer
     */
    public record Snapshot(
            Endpoint server, Optional<Instant> lastProof, Optional<Instant> lastReply, Map<Reason, Long> refusals) {}

    private final PacketSender sender;
    private final AuthSchemes schemes;
    private final Clock clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ipipou-client"));
    private final Map<LinkName, Client> clients = new LinkedHashMap<>();

    public Clients(PacketSender sender, AuthSchemes schemes, Clock clock) {
        this.sender = sender;
        this.schemes = schemes;
        this.clock = clock;
    }

    /** Serves these tunnels from now on, and no others. New and changed ones send a proof at once. */
    public synchronized void setTunnels(List<ClientTunnel> tunnels) {
        Map<LinkName, Client> old = new LinkedHashMap<>(clients);
        clients.clear();
        for (ClientTunnel tunnel : tunnels) {
            LinkName name = tunnel.tunnel().name();
            Client client = old.remove(name);
            if (client == null || !client.tunnel().equals(tunnel)) {
                Optional.ofNullable(client).ifPresent(Client::close);
                client = new Client(
                        tunnel, schemes.prover(tunnel.tunnel().peer().auth().orElseThrow()), sender, clock);
                client.start(timer);
            }
            clients.put(name, client);
        }
        old.values().forEach(Client::close);
    }

    /**
     * Takes a packet that may be an answer.
     *
     * @param listener where it arrived
     * @return whether it came from a server of ours: then it is nothing else
     */
    public boolean offer(Endpoint listener, Attempt attempt) {
        Optional<Client> client = find(listener, attempt.source());
        client.ifPresent(found -> found.answered(attempt));
        return client.isPresent();
    }

    private synchronized Optional<Client> find(Endpoint listener, Endpoint server) {
        return clients.values().stream()
                .filter(client -> client.tunnel().local().equals(listener)
                        && client.tunnel().server().equals(server))
                .findFirst();
    }

    /** Sends a proof now in each of these tunnels, or in all when none is named; returns those that it was sent in. */
    public synchronized Set<LinkName> proveNow(Set<LinkName> tunnels) {
        return clients.values().stream()
                .filter(client -> tunnels.isEmpty()
                        || tunnels.contains(client.tunnel().tunnel().name()))
                .peek(Client::prove)
                .map(client -> client.tunnel().tunnel().name())
                .collect(Collectors.toSet());
    }

    public synchronized Map<LinkName, Snapshot> snapshots() {
        Map<LinkName, Snapshot> all = new LinkedHashMap<>();
        clients.forEach((name, client) -> all.put(name, client.snapshot()));
        return all;
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
    }
}
