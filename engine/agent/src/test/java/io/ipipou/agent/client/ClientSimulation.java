package io.ipipou.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.names.NameRefresher;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.config.AliasChoice;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.DeviceChoice;
import io.ipipou.core.config.Inner;
import io.ipipou.core.config.LocalEnd;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Peer;
import io.ipipou.core.config.Position;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.Remote;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.auth.ReplayStamp;
import io.ipipou.spi.auth.Verdict;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Clients on a simulated host and network, in simulated time: a test decides what happens when. */
final class ClientSimulation {

    static final LinkName TUNNEL = new LinkName("ipipou0");
    static final LinkName ETH0 = new LinkName("eth0");
    static final Endpoint LOCAL = new Endpoint(Ipv4.of("192.0.2.10"), 20000);
    static final Endpoint SERVER = new Endpoint(Ipv4.of("203.0.113.1"), 10000);
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    static final Duration KEEPALIVE = Duration.ofSeconds(27);

    /** @param at since the start */
    record Sent(Duration at, Datagram packet, Optional<LinkName> device) {}

    enum Server {
        /** Replies with the reversed packet, as the Python tool does without a key. */
        REPLIES,
        SILENT
    }

    final List<Sent> sent = new ArrayList<>();
    final List<Endpoint> chosen = new ArrayList<>();
    final List<Set<String>> refreshed = new ArrayList<>();
    final Deque<Runnable> refreshes = new ArrayDeque<>();
    final Map<LinkName, LinkCounters> counters = new HashMap<>();
    final Clients clients;

    /** What will happen, by time since the start. */
    private final TreeMap<Duration, Runnable> agenda = new TreeMap<>();

    Server server = Server.REPLIES;
    Optional<Errno> sendError = Optional.empty();
    boolean countersUnreadable;
    double random = 0.5;
    int steps;
    private Duration now = Duration.ZERO;
    private Duration clockAhead = Duration.ZERO;
    private long packets;
    private long stamps;

    ClientSimulation() {
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return time();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
        // A monotonic clock may start anywhere, and wrap.
        long origin = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();
        clients = new Clients(
                auth -> new TestAuthenticator(),
                this::read,
                new NameRefresher(refreshed::add, refreshes::add, () -> origin + now.toNanos(), () -> random),
                new ClientContext(
                        this::send,
                        clock,
                        () -> origin + now.toNanos(),
                        () -> random,
                        (tunnel, endpoint) -> chosen.add(endpoint)));
    }

    private Instant time() {
        return START.plus(now).plus(clockAhead);
    }

    private Map<LinkName, LinkCounters> read(Set<LinkName> names) throws IOException {
        if (countersUnreadable) {
            throw new IOException("unreadable");
        }
        Map<LinkName, LinkCounters> found = new HashMap<>(counters);
        found.keySet().retainAll(names);
        return found;
    }

    private void send(Datagram packet, Optional<LinkName> device) throws ErrnoException {
        if (sendError.isPresent()) {
            throw new ErrnoException("sendto", sendError.get().number());
        }
        sent.add(new Sent(now, packet, device));
        if (server == Server.REPLIES) {
            at(now.plusMillis(40), () -> reply(packet, packet.payload().reversed()));
        }
    }

    void reply(Datagram request, Payload payload) {
        clients.received(request.source(), new AuthPacket(payload, request.destination(), time()));
    }

    /** A valid reply to the packet that was sent as the nth, from 0. */
    void replyTo(int nth) {
        Datagram request = sent.get(nth).packet();
        reply(request, request.payload().reversed());
    }

    /** A reply of a scheme whose replies are stamped. */
    Payload stamped(Instant time) {
        return Payload.of(ByteBuffer.allocate(17)
                .put((byte) 's')
                .putLong(time.toEpochMilli())
                .putLong(stamps++)
                .array());
    }

    void at(Duration time, Runnable event) {
        agenda.merge(time, event, (first, second) -> () -> {
            first.run();
            second.run();
        });
    }

    void pass(Duration time) {
        Duration end = now.plus(time);
        while (true) {
            steps++;
            Duration next = now.plus(clients.step());
            Duration event = agenda.isEmpty() ? end : agenda.firstKey();
            if (event.compareTo(end) > 0 && next.compareTo(end) > 0) {
                now = end;
                return;
            }
            if (next.compareTo(end) > 0 && agenda.isEmpty()) {
                now = end;
                return;
            }
            if (!agenda.isEmpty() && event.compareTo(next) <= 0) {
                now = event;
                agenda.pollFirstEntry().getValue().run();
            } else {
                now = next;
            }
        }
    }

    void pass(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    void setClockAhead(Duration ahead) {
        clockAhead = ahead;
    }

    Duration now() {
        return now;
    }

    /** When authentication packets were sent since then, in milliseconds after it. */
    List<Long> sentAfter(Duration from) {
        return sent.stream()
                .map(packet -> packet.at().minus(from))
                .filter(since -> !since.isNegative())
                .map(Duration::toMillis)
                .toList();
    }

    ClientSnapshot snapshot() {
        return Optional.ofNullable(clients.snapshots().get(TUNNEL)).orElseThrow();
    }

    void setTraffic(long received, long sentPackets) {
        counters.put(TUNNEL, new LinkCounters(received, 100 * received, 0, 0, sentPackets, 100 * sentPackets, 0, 0));
    }

    void addTraffic(long received, long sentPackets) {
        LinkCounters before = counters.getOrDefault(TUNNEL, new LinkCounters(0, 0, 0, 0, 0, 0, 0, 0));
        setTraffic(before.receivedPackets() + received, before.sentPackets() + sentPackets);
    }

    /** The same traffic every second for a time. */
    void addTrafficEverySecond(Duration time, long received, long sentPackets) {
        for (int second = 1; second <= time.toSeconds(); second++) {
            at(now.plusSeconds(second), () -> addTraffic(received, sentPackets));
        }
    }

    void setTunnels(ClientTunnel... tunnels) {
        clients.setTunnels(List.of(tunnels), Map.of());
    }

    /** Connects a tunnel to a server that replies; returns the time. */
    Duration connect(ClientTunnel tunnel) {
        setTunnels(tunnel);
        pass(10);
        assertThat(snapshot().state()).isEqualTo(ClientState.ANSWERED);
        return now;
    }

    static ClientTunnel tunnel() {
        return tunnel("203.0.113.1", Optional.of(KEEPALIVE), LOCAL, SERVER);
    }

    static ClientTunnel tunnel(String host, Optional<Duration> keepalive, Endpoint local, Endpoint server) {
        Position position = new Position("t.yaml", 1, 1);
        Auth auth = new Auth("hub", "test", new Settings(Map.of()), position);
        Peer peer = new Peer("hub", List.of(new RemoteEndpoint(host, server.port())), Optional.of(auth), position);
        return new ClientTunnel(
                new Tunnel(
                        TUNNEL,
                        Mode.CLIENT,
                        peer,
                        new LocalEnd(Optional.of(new DeviceChoice.Named("eth0")), Optional.empty(), local.port()),
                        new Inner(Ipv4.of("172.28.0.1"), Optional.empty(), List.of()),
                        List.of(),
                        OptionalInt.of(1400),
                        0,
                        false,
                        new AliasChoice.Never(),
                        keepalive,
                        Duration.ofHours(1),
                        Duration.ofMinutes(2),
                        true,
                        position),
                local,
                Optional.of(ETH0),
                new Remote(server, List.of(new Remote.Candidate(new RemoteEndpoint(host, server.port()), server))));
    }

    /** Numbers its packets; accepts the reversed packet, or {@link #stamped}, as a reply. */
    private final class TestAuthenticator implements Authenticator {

        @Override
        public Payload request() {
            return Payload.of(ByteBuffer.allocate(8).putLong(++packets).array());
        }

        @Override
        public PacketShape replyShape() {
            return PacketShape.ofLengths(8, 17);
        }

        @Override
        public Verdict checkReply(Payload request, AuthPacket reply) {
            ByteBuffer bytes = ByteBuffer.wrap(reply.payload().bytes());
            if (bytes.remaining() == 17 && bytes.get() == 's') {
                Instant time = Instant.ofEpochMilli(bytes.getLong());
                return Verdict.accept(new ReplayStamp("test", time, Long.toString(bytes.getLong())));
            }
            if (reply.payload().length() == 1) {
                throw new IllegalStateException("the scheme fails");
            }
            return reply.payload().equals(request.reversed())
                    ? Verdict.accept()
                    : Verdict.reject(RejectionReason.WRONG_KEY, "not the reversed packet");
        }
    }
}
