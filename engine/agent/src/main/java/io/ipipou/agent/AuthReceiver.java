package io.ipipou.agent;

import io.ipipou.agent.auth.AuthPacketVerifier;
import io.ipipou.agent.auth.AuthResult;
import io.ipipou.agent.auth.PeerVerifier;
import io.ipipou.agent.auth.ReplayGuard;
import io.ipipou.agent.client.Clients;
import io.ipipou.agent.converge.PeerAdmitter;
import io.ipipou.agent.event.Event;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketBatch;
import io.ipipou.agent.packet.PacketQueue;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkName;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives the packets that the gate queues, verifies them on several threads, admits peers and sends replies. */
final class AuthReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuthReceiver.class);

    /** Packets that may wait for verification; further ones are dropped and counted. */
    private static final int BACKLOG = 1024;

    private final PacketQueue queue;
    private final PacketSender sender;
    private final ReplayGuard replayGuard;
    private final PeerTable peers;
    private final PeerAdmitter admitter;
    private final Clients clients;
    private final Clock clock;
    private final AtomicLong dropped = new AtomicLong();
    private final ThreadPoolExecutor verifiers;
    private final Thread thread = new Thread(this::receive, "ipipou-intake");
    private volatile AuthPacketVerifier verifier;

    /** @param queue closed with this */
    AuthReceiver(
            PacketQueue queue,
            PacketSender sender,
            ReplayGuard replayGuard,
            PeerTable peers,
            PeerAdmitter admitter,
            Clients clients,
            Clock clock) {
        this.queue = queue;
        this.sender = sender;
        this.replayGuard = replayGuard;
        this.peers = peers;
        this.admitter = admitter;
        this.clients = clients;
        this.clock = clock;
        this.verifier = new AuthPacketVerifier(List.of(), replayGuard);
        int threads = Runtime.getRuntime().availableProcessors();
        verifiers = new ThreadPoolExecutor(
                threads,
                threads,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(BACKLOG),
                task -> new Thread(task, "ipipou-verify"),
                (task, pool) -> dropped.incrementAndGet());
        verifiers.allowCoreThreadTimeOut(true);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Replaces the peers whose packets are accepted. */
    void setPeers(List<PeerVerifier> verifiersOfPeers) {
        verifier = new AuthPacketVerifier(verifiersOfPeers, replayGuard);
    }

    /** Packets dropped without verification because too many were waiting. */
    long dropped() {
        return dropped.get();
    }

    /** How often the kernel dropped packets because they were not received in time. */
    long overruns() {
        return queue.overruns();
    }

    /** No queued packet is ever let through, so the verdict does not wait for the verification. */
    private void receive() {
        try {
            Optional<PacketBatch> batch = queue.receive();
            while (batch.isPresent()) {
                queue.drop(batch.get());
                batch.get().datagrams().forEach(datagram -> verifiers.execute(() -> verify(datagram)));
                batch = queue.receive();
            }
        } catch (BackendException e) {
            Event.AGENT_QUEUE_FAILED.log(LOG, String.valueOf(e.getMessage()));
        }
    }

    private void verify(Datagram datagram) {
        AuthPacket packet = new AuthPacket(datagram.payload(), datagram.source(), clock.instant());
        AuthPacketVerifier current = verifier;
        if (clients.received(datagram.destination(), packet) || !current.hasPeersAt(datagram.destination())) {
            return;
        }
        AuthResult result = current.verify(packet, datagram.destination(), peers.tunnelsAt(datagram.source()));
        if (result.isAccepted()) {
            PeerVerifier peer = result.peer().orElseThrow();
            peers.accepted(peer.name(), packet.time());
            admitter.admit(peer.tunnel(), datagram.source(), () -> reply(peer, datagram));
        } else {
            Optional<LinkName> name = result.peer().map(PeerVerifier::name);
            RejectionReason reason = result.rejection().orElseThrow();
            peers.rejected(name, reason);
            Event.AUTH_REJECTED.log(LOG, datagram.source(), name, reason);
        }
    }

    private void reply(PeerVerifier peer, Datagram request) {
        if (!peer.tunnel().tunnel().reply()) {
            return;
        }
        try {
            sender.send(request.reply(peer.verifier().reply(request.payload())));
        } catch (ErrnoException | RuntimeException e) {
            Event.AUTH_REPLY_FAILED.log(LOG, peer.name(), request.source(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        queue.close();
        verifiers.shutdown();
    }
}
