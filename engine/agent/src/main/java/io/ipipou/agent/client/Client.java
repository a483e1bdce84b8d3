package io.ipipou.agent.client;

import io.ipipou.agent.client.Clients.State;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.config.RemoteEndpoint;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.LinkCounters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tunnel in which this host proves itself. It proves itself at every keepalive while the server shows life, and after
 * growing waits while it does not. Life is an answer; of a server that never answers, or has ceased to, inner packets. Safe
 * for use by several threads.
 */
final class Client {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** The longest wait of a tunnel without a keepalive. */
    private static final Duration NO_KEEPALIVE = Duration.ofMinutes(1);

    /** Proofs in a row that a server has to leave unanswered before it counts as one that gives no answers. */
    private static final int MUTE = 3;

    /** So that what changes together on a host makes one proof. */
    private static final Duration SETTLING = Duration.ofMillis(50);

    /** Between proofs that changes of the host bring about. */
    private static final Duration SPACING = Duration.ofSeconds(1);

    /**
     * What every client works with.
     *
     * @param nanos a clock that only runs forward
     * @param chance 0..1
     */
    record Tools(AuthSender sender, Clock clock, LongSupplier nanos, DoubleSupplier chance) {}

    private final Tools tools;
    private final Tunnel config;
    private final Authenticator prover;
    private final Replies replies;
    private final Traffic traffic;
    private final Map<RejectionReason, Long> refusals = new EnumMap<>(RejectionReason.class);

    private ClientTunnel tunnel;
    private State state = State.PROVING;
    private Instant since;
    private OptionalLong due;
    /** Proofs since there was life last, and when the first of them was sent. */
    private int unanswered;

    private long firstUnanswered;
    private long lastTry;
    private boolean answers;
    private Optional<String> failure = Optional.empty();
    private Optional<Instant> lastProof = Optional.empty();
    private Optional<Instant> lastReply = Optional.empty();
    private Optional<Instant> lastReceived = Optional.empty();

    /** @param look how often the link's counters are looked at */
    Client(ClientTunnel tunnel, Authenticator prover, Duration look, Tools tools) {
        this.tunnel = tunnel;
        this.config = tunnel.tunnel();
        this.prover = prover;
        this.tools = tools;
        this.replies = new Replies(prover, config.maxClockSkew());
        this.traffic = new Traffic(look, longest());
        this.since = tools.clock().instant();
        this.due = OptionalLong.of(tools.nanos().getAsLong());
    }

    synchronized ClientTunnel tunnel() {
        return tunnel;
    }

    /** Takes over other endpoints of the same tunnel, and proves itself between them when it is next asked to act. */
    synchronized void move(ClientTunnel moved) {
        tunnel = moved;
        replies.forgetProofs();
        unanswered = 0;
        due = OptionalLong.of(tools.nanos().getAsLong());
        if (state == State.ANSWERED) {
            enter(State.PROVING);
        }
    }

    /** When it has something to do, by the forward clock; empty for never. */
    synchronized OptionalLong due() {
        return due;
    }

    /** Does what is due. */
    synchronized void act() {
        if (due.isEmpty() || due.getAsLong() - tools.nanos().getAsLong() > 0) {
            return;
        }
        if (unanswered > 0 && state != State.SILENT && answers) {
            if (hearsTraffic()) {
                return;
            }
            silent("no answer");
        }
        prove();
    }

    /** Sends a proof now, whether it is due or not. */
    synchronized void proveNow() {
        unanswered = 0;
        prove();
    }

    private void prove() {
        long now = tools.nanos().getAsLong();
        try {
            Payload proof = prover.proof();
            tools.sender()
                    .send(
                            new Datagram(tunnel.local(), tunnel.server(), proof),
                            config.local().device());
            replies.sent(proof);
            lastProof = Optional.of(tools.clock().instant());
            failure = Optional.empty();
        } catch (ErrnoException | RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
        }
        if (unanswered == 0) {
            firstUnanswered = now;
        }
        unanswered++;
        lastTry = now;
        due = after(now);
    }

    private void failed(String why) {
        if (!failure.equals(Optional.of(why))) {
            Event.PROOF_FAILED.log(LOG, config.name(), tunnel.server(), why);
        }
        failure = Optional.of(why);
    }

    /** Of a server that never answers no answer is waited for while it shows other life, or after a while. */
    private OptionalLong after(long now) {
        boolean calm = state == State.ANSWERED && !answers && failure.isEmpty();
        if (calm || (state == State.PROVING && config.keepalive().isEmpty() && isWornOut())) {
            return keepalive(now);
        }
        Duration wait = Backoff.after(unanswered, longest(), tools.chance().getAsDouble());
        return OptionalLong.of(now + wait.toNanos());
    }

    private boolean isWornOut() {
        return Backoff.isReached(unanswered, longest());
    }

    private OptionalLong keepalive(long last) {
        return config.keepalive()
                .map(every -> OptionalLong.of(last + every.toNanos()))
                .orElse(OptionalLong.empty());
    }

    private Duration longest() {
        return config.keepalive().orElse(NO_KEEPALIVE);
    }

    /** Takes a packet that came from the server's endpoint to ours. */
    synchronized void answered(AuthPacket reply) {
        if (!replies.isExpected()) {
            return;
        }
        Optional<RejectionReason> refusal = replies.judge(reply);
        if (refusal.isPresent()) {
            refusals.merge(refusal.get(), 1L, Long::sum);
            return;
        }
        lastReply = Optional.of(reply.time());
        answers = true;
        alive("answers");
    }

    /** Takes what the link's counters are now. */
    synchronized void look(LinkCounters counters) {
        switch (traffic.look(counters, tools.nanos().getAsLong())) {
            case RECEIVED -> {
                lastReceived = Optional.of(tools.clock().instant());
                if (unanswered > 0) {
                    hearsTraffic();
                }
            }
            case UNANSWERED -> {
                if (!answers && state != State.SILENT) {
                    silent("what is sent through the tunnel stays unanswered");
                    proveNow();
                } else if (unanswered == 0) {
                    prove();
                }
            }
            case QUIET -> {}
        }
    }

    /**
     * Whether inner packets show that the server is alive though it gives no answer. One that answered before is not taken
     * to have ceased at once: it may send to us and yet no longer let us in.
     */
    private boolean hearsTraffic() {
        int enough = state == State.SILENT && !answers ? 1 : MUTE;
        if (unanswered < enough || failure.isPresent() || !traffic.heardSince(firstUnanswered)) {
            return false;
        }
        answers = false;
        alive("is alive");
        return true;
    }

    private void alive(String how) {
        if (state != State.ANSWERED) {
            Event.SERVER_ALIVE.log(LOG, config.name(), tunnel.server(), how);
            enter(State.ANSWERED);
        }
        unanswered = 0;
        due = keepalive(lastTry);
    }

    private void silent(String why) {
        Event.SERVER_SILENT.log(LOG, config.name(), tunnel.server(), why);
        enter(State.SILENT);
    }

    private void enter(State next) {
        state = next;
        since = tools.clock().instant();
    }

    /**
     * The host is not as it was: what could not be sent may now be, and where the way to the server is another, so may be
     * our address there.
     */
    synchronized void hostChanged(boolean otherWay) {
        if (!otherWay && failure.isEmpty()) {
            return;
        }
        unanswered = 0;
        long soon = tools.nanos().getAsLong() + SETTLING.toNanos();
        long spaced = lastTry + SPACING.toNanos();
        long next = failure.isPresent() || spaced - soon < 0 ? soon : spaced;
        if (due.isEmpty() || due.getAsLong() - next > 0) {
            due = OptionalLong.of(next);
        }
    }

    /** The server's name, where it has one that should be looked up again. */
    synchronized Optional<String> doubtfulName() {
        return config.peer()
                .endpoint()
                .filter(endpoint -> state == State.SILENT || (state == State.PROVING && unanswered > 1))
                .filter(endpoint -> endpoint.address().isEmpty())
                .map(RemoteEndpoint::host);
    }

    synchronized Clients.Snapshot snapshot() {
        return new Clients.Snapshot(
                state,
                since,
                tunnel.server(),
                lastProof,
                lastReply,
                lastReceived,
                due.stream()
                        .mapToObj(time -> Duration.ofNanos(
                                Math.max(0, time - tools.nanos().getAsLong())))
                        .findFirst(),
                failure,
                Map.copyOf(refusals));
    }
}
