package io.ipipou.agent.peer;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends empty datagrams to admitted peers, so that the NAT in front of an idle peer keeps its mapping. Thread-safe. */
public final class Keepalives {

    private static final Logger LOG = LoggerFactory.getLogger(Keepalives.class);

    private record Scheduled(RoamingTunnel tunnel, ScheduledFuture<?> task) {}

    private final PacketSender sender;
    private final PeerTable peers;
    private final ScheduledExecutorService timer;
    private final Map<LinkName, Scheduled> scheduled = new HashMap<>();

    /** @param timer its shutdown ends the keepalives */
    public Keepalives(PacketSender sender, PeerTable peers, ScheduledExecutorService timer) {
        this.sender = sender;
        this.peers = peers;
        this.timer = timer;
    }

    /** Replaces the tunnels that keepalives are sent for; an unchanged tunnel keeps its schedule. */
    public synchronized void setTunnels(List<RoamingTunnel> tunnels) {
        Map<LinkName, Scheduled> old = new HashMap<>(scheduled);
        scheduled.clear();
        for (RoamingTunnel tunnel : tunnels) {
            LinkName name = tunnel.tunnel().name();
            Scheduled before = old.get(name);
            if (before != null && before.tunnel().equals(tunnel)) {
                scheduled.put(name, before);
                old.remove(name);
            } else {
                tunnel.tunnel().keepalive().ifPresent(interval -> scheduled.put(name, schedule(tunnel, interval)));
            }
        }
        old.values().forEach(removed -> removed.task().cancel(false));
    }

    /** The first at a random time within the interval, so that those of a thousand tunnels do not coincide. */
    private Scheduled schedule(RoamingTunnel tunnel, Duration interval) {
        long first = ThreadLocalRandom.current().nextLong(interval.toMillis() + 1);
        return new Scheduled(
                tunnel,
                timer.scheduleAtFixedRate(() -> send(tunnel), first, interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void send(RoamingTunnel tunnel) {
        LinkName name = tunnel.tunnel().name();
        peers.endpointOf(name).filter(LearntEndpoint::admitted).ifPresent(learnt -> {
            try {
                sender.send(new Datagram(tunnel.listener(), learnt.endpoint(), Payload.EMPTY));
            } catch (ErrnoException | RuntimeException e) {
                LOG.debug("{}: cannot send a keepalive to {}: {}", name, learnt.endpoint(), e.getMessage());
            }
        });
    }
}
