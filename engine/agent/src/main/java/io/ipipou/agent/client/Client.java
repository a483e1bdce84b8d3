package io.ipipou.agent.client;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.Attempt;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.Prover;
import io.ipipou.spi.auth.Reason;
import io.ipipou.spi.auth.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One tunnel in which this host proves itself. Safe for use by several threads. */
final class Client {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private final ClientTunnel tunnel;
    private final Prover prover;
    private final PacketSender sender;
    private final Clock clock;
    private final Map<Reason, Long> refusals = new EnumMap<>(Reason.class);
    private Optional<Future<?>> beat = Optional.empty();
    private Optional<Payload> request = Optional.empty();
    private Optional<Instant> lastProof = Optional.empty();
    private Optional<Instant> lastReply = Optional.empty();

    Client(ClientTunnel tunnel, Prover prover, PacketSender sender, Clock clock) {
        this.tunnel = tunnel;
        this.prover = prover;
        this.sender = sender;
        this.clock = clock;
    }

    ClientTunnel tunnel() {
        return tunnel;
    }

    /** Sends a proof now and at every keepalive. */
    synchronized void start(ScheduledExecutorService timer) {
        Optional<Duration> every = tunnel.tunnel().keepalive();
        beat = Optional.of(
                every.isPresent()
                        ? timer.scheduleAtFixedRate(this::prove, 0, every.get().toMillis(), TimeUnit.MILLISECONDS)
                        : timer.submit(this::prove));
    }

    synchronized void prove() {
        try {
            Payload proof = prover.proof();
            sender.send(
                    new Datagram(tunnel.local(), tunnel.server(), proof),
                    tunnel.tunnel().local().device(),
                    OptionalInt.empty());
            request = Optional.of(proof);
            lastProof = Optional.of(clock.instant());
        } catch (ErrnoException | RuntimeException e) {
            LOG.warn("{}: no proof could be sent to {}: {}", tunnel.tunnel().name(), tunnel.server(), e.getMessage());
        }
    }

    synchronized void answered(Attempt reply) {
        if (request.isEmpty()) {
            return;
        }
        Optional<Reason> refusal = judge(request.get(), reply).refusal().map(Verdict.Refusal::reason);
        refusal.ifPresent(reason -> refusals.merge(reason, 1L, Long::sum));
        if (refusal.isEmpty()) {
            lastReply = Optional.of(reply.time());
        }
    }

    private Verdict judge(Payload proof, Attempt reply) {
        try {
            return prover.checkReply(proof, reply);
        } catch (RuntimeException e) {
            return Verdict.refuse(Reason.FAILED, "the scheme failed");
        }
    }

    synchronized Clients.Snapshot snapshot() {
        return new Clients.Snapshot(tunnel.server(), lastProof, lastReply, Map.copyOf(refusals));
    }

    synchronized void close() {
        beat.ifPresent(future -> future.cancel(false));
    }
}
