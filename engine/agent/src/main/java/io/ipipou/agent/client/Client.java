package io.ipipou.agent.client;

import io.ipipou.agent.auth.AuthRejection;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.fault.Fault;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.core.desired.Remote;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tunnel in client mode. While its server responds, it sends an authentication packet at every keepalive; otherwise
 * after growing waits. A server responds if it replies or, where it does not reply, if inner packets arrive. Thread-safe.
 */
final class Client {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /**
     * Unanswered authentication packets in a row after which the server counts as one that does not reply or, without
     * inner packets, as one that is down.
     */
    private static final int UNANSWERED_LIMIT = 3;

    /** Sends an authentication packet, without blocking. */
    @FunctionalInterface
    interface AuthSender {

        /** @param device the device to send through; empty to follow the routes */
        void send(Datagram packet, Optional<LinkName> device) throws ErrnoException;
    }

    /**
     * What all clients share.
     *
     * @param nanos a monotonic clock
     * @param random 0..1, another value at each call
     * @param choose moves a tunnel to another of its endpoints; must not block
     */
    record Context(
            AuthSender sender,
            Clock clock,
            LongSupplier nanos,
            DoubleSupplier random,
            BiConsumer<LinkName, Endpoint> choose) {}

    private record Switch(Endpoint endpoint, String reason) {}

    private final Context context;
    private final Tunnel config;
    private final Authenticator authenticator;
    private final ReplyChecker replies;
    private final TrafficMonitor traffic;
    private final AuthSchedule schedule;
    private final Map<RejectionReason, Long> rejections = new EnumMap<>(RejectionReason.class);

    private ClientTunnel tunnel;
    /** Where the tunnel should move, and why. */
    private Optional<Switch> wanted = Optional.empty();

    private Optional<String> switched = Optional.empty();
    /** Endpoints given up since one responded. */
    private int givenUp;

    private ClientState state = ClientState.CONNECTING;
    private Instant since;
    private boolean replying;
    private Optional<String> failure = Optional.empty();
    private Optional<AuthRejection> rejection = Optional.empty();
    /** Authentication packets sent since the server last responded. */
    private int unanswered;
    /** Whether this outage was logged. */
    private boolean logged;

    private Optional<Instant> lastAuthentication = Optional.empty();
    private Optional<Instant> lastReply = Optional.empty();
    private Optional<Instant> lastReceived = Optional.empty();

    /** @param readInterval how often the link's counters are read */
    Client(ClientTunnel tunnel, Authenticator authenticator, Duration readInterval, Context context) {
        this.tunnel = tunnel;
        this.config = tunnel.tunnel();
        this.authenticator = authenticator;
        this.context = context;
        this.replies = new ReplyChecker(authenticator, config.maxClockSkew());
        this.schedule = new AuthSchedule(config.keepalive(), context.nanos(), context.random());
        this.traffic = new TrafficMonitor(readInterval, schedule.longestWait());
        this.since = context.clock().instant();
    }

    synchronized ClientTunnel tunnel() {
        return tunnel;
    }

    /** Changes the endpoints of the tunnel; if others are in use now, an authentication packet is due. */
    synchronized void move(ClientTunnel moved) {
        ClientTunnel before = tunnel;
        tunnel = moved;
        if (moved.hasEndsOf(before)) {
            return;
        }
        Optional<Switch> done = wanted.filter(change -> change.endpoint().equals(moved.server()));
        if (!moved.server().equals(before.server())) {
            switched = done.map(Switch::reason);
        }
        wanted = Optional.empty();
        givenUp = done.isPresent() ? givenUp : 0;
        unanswered = 0;
        rejection = Optional.empty();
        replies.clear();
        schedule.restart(givenUp / Math.max(1, moved.remote().candidates().size()));
        schedule.dueNow();
        if (state == ClientState.ANSWERED) {
            enter(ClientState.CONNECTING);
        }
    }

    /** When {@link #act} has something to do, by the monotonic clock; empty for never. */
    synchronized OptionalLong due() {
        return schedule.due();
    }

    /** Sends an authentication packet if one is due. */
    synchronized void act() {
        if (!schedule.isDue()) {
            return;
        }
        boolean repliesStopped = schedule.unanswered() > 0 && state != ClientState.SILENT && replying;
        boolean outage = state != ClientState.ANSWERED && unanswered >= UNANSWERED_LIMIT && failure.isEmpty();
        if ((repliesStopped || outage) && respondsWithTraffic()) {
            return;
        }
        if (repliesStopped) {
            silent("no reply");
        } else if (outage
                && !logged
                && givenUp + 1 >= tunnel.remote().candidates().size()) {
            Fault fault = fault().orElseThrow();
            Event.SERVER_SILENT.log(LOG, config.name(), fault.reason(), fault.remedy(), tunnel.server());
            logged = true;
        }
        if (state != ClientState.ANSWERED && schedule.unanswered() >= UNANSWERED_LIMIT) {
            tunnel.remote().next().ifPresent(this::giveUpFor);
        }
        // Also while the tunnel moves, which may fail.
        authenticate();
    }

    /** Moves to the next endpoint; logs that only until each was tried once. */
    private void giveUpFor(Remote.Candidate next) {
        String reason = failure.map(why -> "cannot send to " + tunnel.remote().description() + ": " + why)
                .orElse(tunnel.remote().description() + " did not answer " + UNANSWERED_LIMIT
                        + " authentication packets");
        givenUp++;
        if (givenUp < tunnel.remote().candidates().size()) {
            Event.SERVER_CHANGED.log(LOG, config.name(), next, reason);
        }
        use(next, reason);
    }

    private void use(Remote.Candidate server, String reason) {
        wanted = Optional.of(new Switch(server.endpoint(), reason));
        context.choose().accept(config.name(), server.endpoint());
    }

    /** Authenticates now, to the first of the server's endpoints. */
    synchronized void reauthenticate() {
        Optional<Remote.Candidate> first = tunnel.remote().preferred();
        if (first.isEmpty()) {
            authenticateNow();
            return;
        }
        givenUp = 0;
        String reason = "reauth starts at the first endpoint";
        Event.SERVER_CHANGED.log(LOG, config.name(), first.get(), reason);
        use(first.get(), reason);
    }

    private void authenticateNow() {
        schedule.restart();
        authenticate();
    }

    private void authenticate() {
        schedule.attempt();
        try {
            Payload payload = authenticator.request();
            context.sender().send(new Datagram(tunnel.local(), tunnel.server(), payload), tunnel.device());
            replies.sent(payload);
            unanswered++;
            lastAuthentication = Optional.of(context.clock().instant());
            failure = Optional.empty();
        } catch (ErrnoException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
        }
        // A server that never replies is not retried while inner packets arrive.
        boolean trafficOnly = state == ClientState.ANSWERED && !replying && failure.isEmpty();
        if (trafficOnly || (state == ClientState.CONNECTING && schedule.isExhausted())) {
            schedule.waitForKeepalive();
        } else {
            schedule.retry();
        }
    }

    private void failed(String reason) {
        if (!failure.equals(Optional.of(reason))) {
            Event.AUTH_SEND_FAILED.log(LOG, config.name(), tunnel.server(), reason);
        }
        failure = Optional.of(reason);
    }

    /** Takes a packet from the server's endpoint to the tunnel's local one. */
    synchronized void received(AuthPacket reply) {
        if (!replies.isReplyExpected()) {
            return;
        }
        rejection = replies.check(reply);
        if (rejection.isPresent()) {
            rejections.merge(rejection.get().code(), 1L, Long::sum);
            return;
        }
        lastReply = Optional.of(reply.time());
        replying = true;
        responding("it replied");
    }

    /** Takes the link's current counters. */
    synchronized void updateCounters(LinkCounters counters) {
        switch (traffic.update(counters, context.nanos().getAsLong())) {
            case RECEIVED -> {
                lastReceived = Optional.of(context.clock().instant());
                if (schedule.unanswered() > 0) {
                    respondsWithTraffic();
                }
            }
            case UNANSWERED -> {
                if (!replying && state != ClientState.SILENT) {
                    silent("inner packets get no response");
                    authenticateNow();
                } else if (schedule.unanswered() == 0) {
                    authenticate();
                }
            }
            case QUIET -> {}
        }
    }

    /**
     * Whether inner packets show that the server is up though it does not reply. They do not at once for a server that
     * replied before: it may still send and yet no longer admit this host.
     */
    private boolean respondsWithTraffic() {
        int enough = state == ClientState.SILENT && !replying ? 1 : UNANSWERED_LIMIT;
        if (schedule.unanswered() < enough
                || failure.isPresent()
                || !traffic.receivedSince(schedule.firstUnanswered())) {
            return false;
        }
        replying = false;
        responding("inner packets arrive");
        return true;
    }

    private void responding(String reason) {
        if (state == ClientState.CONNECTING || logged || givenUp > 0) {
            Event.SERVER_RESPONDING.log(LOG, config.name(), tunnel.server(), reason);
        }
        if (state != ClientState.ANSWERED) {
            enter(ClientState.ANSWERED);
        }
        givenUp = 0;
        unanswered = 0;
        rejection = Optional.empty();
        logged = false;
        schedule.restart();
        schedule.waitForKeepalive();
    }

    /** Not yet an event: a lost packet, or a NAT that has forgotten this host, is over after the next packet. */
    private void silent(String reason) {
        LOG.debug("{}: server {} does not respond: {}", config.name(), tunnel.server(), reason);
        enter(ClientState.SILENT);
    }

    /** Why the server does not count as responding. */
    private Optional<Fault> fault() {
        if (state == ClientState.ANSWERED) {
            return Optional.empty();
        }
        if (failure.isPresent()) {
            return Optional.of(Faults.cannotSend(tunnel, failure.get()));
        }
        if (rejection.isPresent()) {
            return Optional.of(Faults.replyRejected(tunnel, rejection.get()));
        }
        return Optional.of(
                unanswered < UNANSWERED_LIMIT ? Faults.noReplyYet(tunnel) : Faults.noReply(tunnel, unanswered));
    }

    private void enter(ClientState next) {
        state = next;
        since = context.clock().instant();
    }

    /**
     * Makes an authentication packet due soon if the host's change may matter: after a failure to send, or when the path to
     * the server changed, which may have changed this host's address as the server sees it.
     */
    synchronized void hostChanged(boolean pathChanged) {
        if (pathChanged || failure.isPresent()) {
            schedule.hostChanged(failure.isPresent());
        }
    }

    /** The server's host names while it does not respond: the addresses may have changed. */
    synchronized Set<String> namesToRefresh() {
        boolean missing = state == ClientState.SILENT
                || (state == ClientState.CONNECTING && (schedule.unanswered() > 1 || givenUp > 0));
        return missing ? config.peer().hostNames() : Set.of();
    }

    synchronized ClientSnapshot snapshot() {
        return new ClientSnapshot(
                state,
                since,
                tunnel.server(),
                tunnel.remote().description(),
                switched,
                lastAuthentication,
                lastReply,
                lastReceived,
                schedule.untilDue(),
                failure,
                Map.copyOf(rejections),
                fault());
    }
}
