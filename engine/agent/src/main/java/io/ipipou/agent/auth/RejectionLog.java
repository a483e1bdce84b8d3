package io.ipipou.agent.auth;

import io.ipipou.agent.event.Event;
import io.ipipou.core.config.Peer;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs rejected authentication packets: for each peer and reason, or where no peer matches each source address and reason,
 * one warning a minute with the number of packets since the last one. Anyone can send packets with any source, so the
 * number of source addresses logged in a minute is bounded, and further ones are only counted. Thread-safe.
 */
public final class RejectionLog {

    /** Between two warnings about the same peer or source and reason. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    /** Source addresses and reasons that are logged on their own within an interval. */
    static final int MAX_SOURCES = 20;

    /** Other source addresses that are counted one by one. */
    static final int MAX_OTHERS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);

    /** A tunnel, or the source address of packets that match no peer. */
    private record Key(Optional<LinkName> tunnel, Optional<Ipv4> source, RejectionReason reason) {}

    private static final class Window {
        final long start;
        int count;
        Optional<Rejected> last = Optional.empty();

        Window(long start) {
            this.start = start;
        }
    }

    private record Rejected(AuthResult result, Endpoint source) {

        Key key() {
            Optional<LinkName> tunnel = result.peer().map(PeerVerifier::name);
            return new Key(
                    tunnel,
                    tunnel.isPresent() ? Optional.empty() : Optional.of(source.address()),
                    rejection().code());
        }

        AuthRejection rejection() {
            return result.rejection().orElseThrow();
        }

        void log(int count) {
            AuthRejection why = rejection();
            if (result.peer().isPresent()) {
                Peer peer = result.peer().get().tunnel().tunnel().peer();
                Event.AUTH_REJECTED.log(
                        LOG,
                        peer.name(),
                        why.fault().reason(),
                        why.fault().remedy(),
                        source,
                        count,
                        result.peer().get().name(),
                        why.code());
            } else {
                Event.AUTH_UNMATCHED.log(
                        LOG, source, why.fault().reason(), why.fault().remedy(), count, why.code());
            }
        }
    }

    private final LongSupplier nanos;

    /** Those that started first come first. */
    private final Map<Key, Window> windows = new LinkedHashMap<>();

    private int sources;
    private final Set<Ipv4> others = new HashSet<>();
    private long otherPackets;
    private long othersSince;

    /** @param nanos a monotonic clock, as {@link System#nanoTime} */
    public RejectionLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Logs or counts a packet that was rejected. */
    public synchronized void rejected(AuthResult result, Endpoint source) {
        report();
        Rejected packet = new Rejected(result, source);
        Key key = packet.key();
        Window window = windows.get(key);
        if (window != null) {
            window.count++;
            window.last = Optional.of(packet);
        } else if (key.source().isPresent() && sources == MAX_SOURCES) {
            count(source.address());
        } else {
            open(key);
            packet.log(1);
        }
    }

    private void open(Key key) {
        windows.put(key, new Window(nanos.getAsLong()));
        sources += key.source().isPresent() ? 1 : 0;
    }

    private void count(Ipv4 source) {
        if (otherPackets == 0) {
            othersSince = nanos.getAsLong();
        }
        otherPackets++;
        if (others.size() < MAX_OTHERS) {
            others.add(source);
        }
    }

    /** Logs the packets that were counted, where an interval has passed; call this now and then. */
    public synchronized void report() {
        List<Map.Entry<Key, Window>> over = windows.entrySet().stream()
                .takeWhile(window -> isOver(window.getValue().start))
                .toList();
        for (Map.Entry<Key, Window> window : over) {
            windows.remove(window.getKey());
            sources -= window.getKey().source().isPresent() ? 1 : 0;
            window.getValue().last.ifPresent(packet -> {
                open(window.getKey());
                packet.log(window.getValue().count);
            });
        }
        if (otherPackets > 0 && isOver(othersSince)) {
            String number = (others.size() == MAX_OTHERS ? "at least " : "") + others.size();
            Event.AUTH_UNMATCHED_OTHERS.log(LOG, number, otherPackets);
            others.clear();
            otherPackets = 0;
        }
    }

    private boolean isOver(long start) {
        return nanos.getAsLong() - start >= INTERVAL.toNanos();
    }
}
