package io.ipipou.agent.client;

import io.ipipou.agent.auth.AuthRejection;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.fault.Fault;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.LinkCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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

    private final ClientContext context;
    private final Tunnel config;
    private final Authenticator authenticator;
    private final ReplyChecker replies;
    private final TrafficMonitor traffic;
    private final AuthSchedule schedule;
    private final Map<RejectionReason, Long> rejections = new EnumMap<>(RejectionReason.class);

    private final Failover failover;

    private ClientTunnel tunnel;
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
    Client(ClientTunnel tunnel, Authenticator authenticator, Duration readInterval, ClientContext context) {
        this.tunnel = tunnel;
        this.config = tunnel.tunnel();
        this.authenticator = authenticator;
        this.context = context;
        this.replies = new ReplyChecker(authenticator, config.maxClockSkew());
        this.schedule = new AuthSchedule(config.keepalive(), context.nanos(), context.random());
        this.traffic = new TrafficMonitor(readInterval, schedule.longestWait());
        this.failover = new Failover(config.name(), context.choose());
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
        failover.moved(before.server(), moved.server());
        unanswered = 0;
        rejection = Optional.empty();
        replies.clear();
        schedule.restart(failover.rounds(moved.remote()));
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
        } else if (outage && !logged && failover.isLastResort(tunnel.remote())) {
            Fault fault = fault().orElseThrow();
            Event.SERVER_SILENT.log(LOG, config.name(), fault.reason(), fault.remedy(), tunnel.server());
            logged = true;
        }
        if (state != ClientState.ANSWERED && schedule.unanswered() >= UNANSWERED_LIMIT) {
            failover.giveUp(tunnel.remote(), whyGivenUp());
        }
        // Also while the tunnel moves, which may fail.
        authenticate();
    }

    private String whyGivenUp() {
        String server = tunnel.remote().description();
        return failure.map(why -> "cannot send to " + server + ": " + why)
                .orElse(server + " did not answer " + UNANSWERED_LIMIT + " authentication packets");
    }

    /** Authenticates now, to the first of the server's endpoints. */
    synchronized void reauthenticate() {
        tunnel.remote().preferred().ifPresentOrElse(failover::startAt, this::authenticateNow);
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
        if (state == ClientState.CONNECTING || logged || failover.hasGivenUp()) {
            Event.SERVER_RESPONDING.log(LOG, config.name(), tunnel.server(), reason);
        }
        if (state != ClientState.ANSWERED) {
            enter(ClientState.ANSWERED);
        }
        failover.responded();
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
                || (state == ClientState.CONNECTING && (schedule.unanswered() > 1 || failover.hasGivenUp()));
        return missing ? config.peer().hostNames() : Set.of();
    }

    synchronized ClientSnapshot snapshot() {
        return new ClientSnapshot(
                state,
                since,
                tunnel.server(),
                tunnel.remote().description(),
                failover.reason(),
                lastAuthentication,
                lastReply,
                lastReceived,
                schedule.untilDue(),
                failure,
                Map.copyOf(rejections),
                fault());
    }
}
