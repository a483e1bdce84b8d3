package io.ipipou.agent.converge;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends empty packets to where peers were learnt to be, so that the NAT before a silent peer keeps its mapping. Safe for
 * use by several threads.
 */
public final class Keepalives implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keepalives.class);

    private record Beat(RoamingTunnel tunnel, ScheduledFuture<?> timer) {}

    private final PacketSender sender;
    private final PeerTable peers;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ipipou-keepalive"));
    private final Map<LinkName, Beat> beats = new HashMap<>();

    public Keepalives(PacketSender sender, PeerTable peers) {
        this.sender = sender;
        this.peers = peers;
    }

    /** Serves these tunnels from now on, and no others. */
    public synchronized void setTunnels(List<RoamingTunnel> tunnels) {
        Map<LinkName, Beat> old = new HashMap<>(beats);
        beats.clear();
        for (RoamingTunnel tunnel : tunnels) {
            LinkName name = tunnel.tunnel().name();
            Beat beat = old.get(name);
            if (beat != null && beat.tunnel().equals(tunnel)) {
                beats.put(name, beat);
                old.remove(name);
            } else {
                tunnel.tunnel().keepalive().ifPresent(every -> beats.put(name, start(tunnel, every)));
            }
        }
        old.values().forEach(beat -> beat.timer().cancel(false));
    }

    /** The first at a random time, so that a thousand do not come at once. */
    private Beat start(RoamingTunnel tunnel, Duration every) {
        long first = ThreadLocalRandom.current().nextLong(every.toMillis() + 1);
        return new Beat(
                tunnel, timer.scheduleAtFixedRate(() -> beat(tunnel), first, every.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void beat(RoamingTunnel tunnel) {
        peers.where(tunnel.tunnel().name()).filter(LearntEndpoint::admitted).ifPresent(learnt -> {
            try {
                sender.send(new Datagram(tunnel.listener(), learnt.endpoint(), Payload.EMPTY));
            } catch (ErrnoException | RuntimeException e) {
                LOG.debug("{}: no keepalive to {}: {}", tunnel.tunnel().name(), learnt.endpoint(), e.getMessage());
            }
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
