package io.ipipou.agent.peer;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.core.config.Tunnel;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.StaticTunnel;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends empty datagrams to the admitted peers of server tunnels and to those of static tunnels, so that NAT and connection
 * tracking on the way keep the mappings of an idle tunnel. Thread-safe.
 */
public final class Keepalives {

    /** {@link io.ipipou.agent.packet.PacketSender#send(Datagram, Optional, OptionalInt)}. */
    @FunctionalInterface
    public interface Sender {
        void send(Datagram datagram, Optional<LinkName> device, OptionalInt ttl) throws ErrnoException;
    }

    /** @param remote empty for where the peer is admitted */
    private record Target(Tunnel tunnel, Optional<LinkName> device, Endpoint local, Optional<Endpoint> remote) {}

    private static final Logger LOG = LoggerFactory.getLogger(Keepalives.class);

    private record Scheduled(Target target, ScheduledFuture<?> task) {}

    private final Sender sender;
    private final PeerTable peers;
    private final ScheduledExecutorService timer;
    private final Map<LinkName, Scheduled> scheduled = new HashMap<>();

    /** @param timer its shutdown ends the keepalives */
    public Keepalives(Sender sender, PeerTable peers, ScheduledExecutorService timer) {
        this.sender = sender;
        this.peers = peers;
        this.timer = timer;
    }

    /** Replaces the tunnels that keepalives are sent for; an unchanged tunnel keeps its schedule. */
    public synchronized void setTunnels(List<RoamingTunnel> roaming, List<StaticTunnel> statics) {
        Map<LinkName, Scheduled> old = new HashMap<>(scheduled);
        scheduled.clear();
        targets(roaming, statics).forEach(target -> {
            LinkName name = target.tunnel().name();
            Scheduled before = old.get(name);
            if (before != null && before.target().equals(target)) {
                scheduled.put(name, before);
                old.remove(name);
            } else {
                target.tunnel().keepalive().ifPresent(interval -> scheduled.put(name, schedule(target, interval)));
            }
        });
        old.values().forEach(removed -> removed.task().cancel(false));
    }

    private static Stream<Target> targets(List<RoamingTunnel> roaming, List<StaticTunnel> statics) {
        return Stream.concat(
                roaming.stream()
                        .map(tunnel ->
                                new Target(tunnel.tunnel(), tunnel.device(), tunnel.listener(), Optional.empty())),
                statics.stream()
                        .map(tunnel -> new Target(
                                tunnel.tunnel(), tunnel.device(), tunnel.local(), Optional.of(tunnel.remote()))));
    }

    /** The first at a random time within the interval, so that those of a thousand tunnels do not coincide. */
    private Scheduled schedule(Target target, Duration interval) {
        long first = ThreadLocalRandom.current().nextLong(interval.toMillis() + 1);
        return new Scheduled(
                target,
                timer.scheduleAtFixedRate(() -> send(target), first, interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void send(Target target) {
        LinkName name = target.tunnel().name();
        Optional<Endpoint> remote = target.remote()
                .or(() ->
                        peers.endpointOf(name).filter(LearntEndpoint::admitted).map(LearntEndpoint::endpoint));
        remote.ifPresent(endpoint -> {
            try {
                sender.send(
                        new Datagram(target.local(), endpoint, Payload.EMPTY), target.device(), OptionalInt.empty());
            } catch (ErrnoException | RuntimeException e) {
                LOG.debug("{}: cannot send a keepalive to {}: {}", name, endpoint, e.getMessage());
            }
        });
    }
}
