package io.ipipou.agent.peer;

import io.ipipou.agent.auth.RejectedPacket;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Each peer's endpoint, as last written to the kernel, and its counters. Admissions end by a monotonic clock, so that
 * setting the host's clock neither shortens nor prolongs one. Thread-safe.
 */
public final class PeerTable {

    /** @param deadline by the monotonic clock, nanoseconds; empty for no end */
    private record Location(Endpoint endpoint, boolean admitted, Optional<Long> deadline) {}

    private static final class Entry {
        Optional<Location> location = Optional.empty();
        Optional<Instant> lastAuthentication = Optional.empty();
        long authentications;
        Optional<RejectedPacket> lastRejection = Optional.empty();
        final Map<RejectionReason, Long> rejections = new EnumMap<>(RejectionReason.class);
    }

    /**
     * One peer.
     *
     * @param endpoint empty until it authenticates
     * @param lastAuthentication by the host's clock; empty if there was none since the agent started
     * @param authentications authentication packets accepted since the agent started
     * @param lastRejection of a packet after the last one that was accepted
     */
    public record Snapshot(
            Optional<LearntEndpoint> endpoint,
            Optional<Instant> lastAuthentication,
            long authentications,
            Map<RejectionReason, Long> rejections,
            Optional<RejectedPacket> lastRejection) {}

    private final Map<LinkName, Entry> entries = new LinkedHashMap<>();
    private final Map<Endpoint, Set<LinkName>> byEndpoint = new HashMap<>();
    /** Packets that matched no peer. */
    private final Entry unmatched = new Entry();
    /** The counters of all peers that are no longer in the file. */
    private final Entry removed = new Entry();

    private final LongSupplier nanos;

    /** @param nanos a monotonic clock, as {@link System#nanoTime} */
    public PeerTable(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Replaces the tunnels and their learnt endpoints; a tunnel that remains keeps its counters. */
    public synchronized void setTunnels(List<RoamingTunnel> tunnels, Map<LinkName, LearntEndpoint> learnt) {
        Set<LinkName> names = tunnels.stream().map(t -> t.tunnel().name()).collect(Collectors.toSet());
        Set.copyOf(entries.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(this::remove);
        for (LinkName name : names) {
            locate(name, entries.computeIfAbsent(name, n -> new Entry()), Optional.ofNullable(learnt.get(name)));
        }
    }

    public synchronized boolean has(LinkName tunnel) {
        return entries.containsKey(tunnel);
    }

    /** The endpoint of the tunnel's peer, with what is left of its admission. */
    public synchronized Optional<LearntEndpoint> endpointOf(LinkName tunnel) {
        return Optional.ofNullable(entries.get(tunnel))
                .flatMap(entry -> entry.location)
                .map(this::learnt);
    }

    /** The tunnels whose peers are at this endpoint, or were when last admitted. */
    public synchronized Set<LinkName> tunnelsAt(Endpoint endpoint) {
        return Set.copyOf(byEndpoint.getOrDefault(endpoint, Set.of()));
    }

    /** Records an endpoint that was written to the kernel. */
    public synchronized void moved(LinkName tunnel, LearntEndpoint endpoint) {
        Optional.ofNullable(entries.get(tunnel)).ifPresent(entry -> locate(tunnel, entry, Optional.of(endpoint)));
    }

    public synchronized void accepted(LinkName tunnel, Instant time) {
        Optional.ofNullable(entries.get(tunnel)).ifPresent(entry -> {
            entry.authentications++;
            entry.lastAuthentication = Optional.of(time);
            entry.lastRejection = Optional.empty();
        });
    }

    /** @param tunnel the one whose peer it matched; empty if it matched none */
    public synchronized void rejected(Optional<LinkName> tunnel, RejectedPacket packet) {
        Entry entry =
                tunnel.flatMap(name -> Optional.ofNullable(entries.get(name))).orElse(unmatched);
        entry.rejections.merge(packet.rejection().code(), 1L, Long::sum);
        entry.lastRejection = Optional.of(packet);
    }

    public synchronized Map<LinkName, Snapshot> snapshots() {
        Map<LinkName, Snapshot> all = new LinkedHashMap<>();
        entries.forEach((name, entry) -> all.put(
                name,
                new Snapshot(
                        entry.location.map(this::learnt),
                        entry.lastAuthentication,
                        entry.authentications,
                        Map.copyOf(entry.rejections),
                        entry.lastRejection)));
        return all;
    }

    /** Rejected packets that matched no peer. */
    public synchronized Map<RejectionReason, Long> unmatched() {
        return Map.copyOf(unmatched.rejections);
    }

    /** The last packet that matched no peer. */
    public synchronized Optional<RejectedPacket> lastUnmatched() {
        return unmatched.lastRejection;
    }

    public synchronized PeerCounts counts() {
        Map<RejectionReason, Long> rejections = new EnumMap<>(RejectionReason.class);
        rejections.putAll(unmatched.rejections);
        add(removed.rejections, rejections);
        long admitted = 0;
        long waiting = 0;
        long accepted = removed.authentications;
        for (Entry entry : entries.values()) {
            accepted += entry.authentications;
            add(entry.rejections, rejections);
            if (entry.location.isEmpty()) {
                waiting++;
            } else if (learnt(entry.location.get()).admitted()) {
                admitted++;
            }
        }
        return new PeerCounts(admitted, entries.size() - admitted - waiting, waiting, accepted, rejections);
    }

    private static void add(Map<RejectionReason, Long> counts, Map<RejectionReason, Long> sum) {
        counts.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    }

    private void remove(LinkName name) {
        Optional.ofNullable(entries.remove(name)).ifPresent(entry -> {
            locate(name, entry, Optional.empty());
            removed.authentications += entry.authentications;
            add(entry.rejections, removed.rejections);
        });
    }

    private void locate(LinkName name, Entry entry, Optional<LearntEndpoint> endpoint) {
        entry.location.ifPresent(old -> byEndpoint.computeIfPresent(old.endpoint(), (there, names) -> {
            names.remove(name);
            return names.isEmpty() ? null : names;
        }));
        entry.location = endpoint.map(learnt -> new Location(
                learnt.endpoint(),
                learnt.admitted(),
                learnt.remaining().map(time -> nanos.getAsLong() + time.toNanos())));
        endpoint.ifPresent(learnt -> byEndpoint
                .computeIfAbsent(learnt.endpoint(), there -> new HashSet<>())
                .add(name));
    }

    private LearntEndpoint learnt(Location location) {
        // A nanosecond clock may wrap: only differences mean anything.
        Optional<Duration> remaining =
                location.deadline().map(deadline -> Duration.ofMillis((deadline - nanos.getAsLong()) / 1_000_000));
        boolean over =
                remaining.filter(time -> time.isNegative() || time.isZero()).isPresent();
        return !location.admitted() || over
                ? LearntEndpoint.expired(location.endpoint())
                : new LearntEndpoint(location.endpoint(), true, remaining);
    }
}
