package io.ipipou.agent.client;

import io.ipipou.agent.event.Event;
import io.ipipou.core.desired.Remote;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer of a tunnel in which nobody authenticates and whose endpoint is a name. It counts as silent when inner packets
 * are sent and none arrives, and then its next address is tried. Thread-safe.
 */
final class StaticPeer {

    private static final Logger LOG = LoggerFactory.getLogger(StaticPeer.class);

    /** Traffic through a tunnel may be one-way: its addresses are then tried no faster than this. */
    private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

    private final LinkName tunnel;
    private final LongSupplier nanos;
    private final BiConsumer<LinkName, Endpoint> choose;
    private final TrafficMonitor traffic;
    private Remote remote;
    private boolean silent;

    /**
     * @param readInterval how often the link's counters are read
     * @param nanos a monotonic clock
     * @param choose moves the tunnel to another endpoint; must not block
     */
    StaticPeer(
            LinkName tunnel,
            Remote remote,
            Duration readInterval,
            LongSupplier nanos,
            BiConsumer<LinkName, Endpoint> choose) {
        this.tunnel = tunnel;
        this.remote = remote;
        this.nanos = nanos;
        this.choose = choose;
        this.traffic = new TrafficMonitor(readInterval, LONGEST_INTERVAL);
    }

    synchronized void setRemote(Remote current) {
        remote = current;
    }

    /** Takes the link's current counters. */
    synchronized void updateCounters(LinkCounters counters) {
        switch (traffic.update(counters, nanos.getAsLong())) {
            case RECEIVED -> silent = false;
            case UNANSWERED -> {
                silent = true;
                remote.next().ifPresent(next -> {
                    Event.SERVER_CHANGED.log(
                            LOG, tunnel, next, "inner packets to " + remote.description() + " get no response");
                    choose.accept(tunnel, next.endpoint());
                });
            }
            case QUIET -> {}
        }
    }

    /** The host names of the peer while it is silent: the addresses may have changed. */
    synchronized Set<String> namesToRefresh() {
        return silent ? remote.names() : Set.of();
    }
}
