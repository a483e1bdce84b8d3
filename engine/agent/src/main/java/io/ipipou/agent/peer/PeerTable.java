package io.ipipou.agent.peer;

import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Where each peer is, as far as the kernel was told, and what was counted of it. Times that something lasts are measured
 * with a clock that only runs forward, so that setting the host's clock changes none. Safe for use by several threads.
 */
public final class PeerTable {

    /** @param deadline on the forward clock, nanoseconds; empty for good */
    private record Place(Endpoint endpoint, boolean admitted, Optional<Long> deadline) {}

    private static final class Entry {
        Optional<Place> place = Optional.empty();
        Optional<Instant> lastProof = Optional.empty();
        long proofs;
        final Map<RejectionReason, Long> refusals = new EnumMap<>(RejectionReason.class);
    }

    /**
     * What is known of one peer.
     *
     * @param where empty when it has not proved itself yet
     * @param lastProof by the host's clock; empty when this agent has seen none
     * @param proofs how many this agent has accepted
     */
    public record Snapshot(
            Optional<LearntEndpoint> where,
            Optional<Instant> lastProof,
            long proofs,
            Map<RejectionReason, Long> refusals) {}

    private final Map<LinkName, Entry> entries = new LinkedHashMap<>();
    private final Map<Endpoint, Set<LinkName>> byEndpoint = new HashMap<>();
    private final Map<RejectionReason, Long> strangers = new EnumMap<>(RejectionReason.class);
    /** Of peers that the file no longer has. */
    private final Entry gone = new Entry();

    private final LongSupplier nanos;

    /** @param nanos a clock that only runs forward, as {@link System#nanoTime} */
    public PeerTable(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Takes over a host's tunnels; of those that were there already everything stays as it is known. */
    public synchronized void setTunnels(List<RoamingTunnel> tunnels, Map<LinkName, LearntEndpoint> learnt) {
        Set<LinkName> names = tunnels.stream().map(t -> t.tunnel().name()).collect(Collectors.toSet());
        Set.copyOf(entries.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(this::forget);
        for (LinkName name : names) {
            if (!entries.containsKey(name)) {
                entries.put(name, new Entry());
            }
            place(name, Optional.ofNullable(learnt.get(name)));
        }
    }

    /** Where the tunnel's peer is now; an admission whose time has passed is none. */
    public synchronized Optional<LearntEndpoint> where(LinkName tunnel) {
        return Optional.ofNullable(entries.get(tunnel))
                .flatMap(entry -> entry.place)
                .map(this::learnt);
    }

    /** The tunnels whose peers are, or were last, at this endpoint. */
    public synchronized Set<LinkName> at(Endpoint endpoint) {
        return Set.copyOf(byEndpoint.getOrDefault(endpoint, Set.of()));
    }

    /** Notes where the kernel has been told that the peer is. */
    public synchronized void moved(LinkName tunnel, LearntEndpoint where) {
        if (entries.containsKey(tunnel)) {
            place(tunnel, Optional.of(where));
        }
    }

    public synchronized void accepted(LinkName tunnel, Instant time) {
        Optional.ofNullable(entries.get(tunnel)).ifPresent(entry -> {
            entry.proofs++;
            entry.lastProof = Optional.of(time);
        });
    }

    /** @param tunnel whose proof it would have been; empty for anyone's */
    public synchronized void refused(Optional<LinkName> tunnel, RejectionReason reason) {
        tunnel.flatMap(name -> Optional.ofNullable(entries.get(name)))
                .map(entry -> entry.refusals)
                .orElse(strangers)
                .merge(reason, 1L, Long::sum);
    }

    public synchronized Map<LinkName, Snapshot> snapshots() {
        Map<LinkName, Snapshot> all = new LinkedHashMap<>();
        entries.forEach((name, entry) -> all.put(
                name,
                new Snapshot(
                        entry.place.map(this::learnt), entry.lastProof, entry.proofs, Map.copyOf(entry.refusals))));
        return all;
    }

    /** Refusals of packets that were no known peer's. */
    public synchronized Map<RejectionReason, Long> strangers() {
        return Map.copyOf(strangers);
    }

    /** All peers, counted. */
    public synchronized PeerCounts census() {
        Map<RejectionReason, Long> refusals = new EnumMap<>(RejectionReason.class);
        refusals.putAll(strangers);
        add(gone.refusals, refusals);
        long admitted = 0;
        long waiting = 0;
        long proofs = gone.proofs;
        for (Entry entry : entries.values()) {
            proofs += entry.proofs;
            add(entry.refusals, refusals);
            waiting += entry.place.isEmpty() ? 1 : 0;
            admitted += entry.place
                            .map(this::learnt)
                            .filter(LearntEndpoint::admitted)
                            .isPresent()
                    ? 1
                    : 0;
        }
        return new PeerCounts(admitted, entries.size() - admitted - waiting, waiting, proofs, refusals);
    }

    private static void add(Map<RejectionReason, Long> some, Map<RejectionReason, Long> sum) {
        some.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    }

    private void forget(LinkName name) {
        place(name, Optional.empty());
        Entry entry = entries.remove(name);
        if (entry != null) {
            gone.proofs += entry.proofs;
            add(entry.refusals, gone.refusals);
        }
    }

    private void place(LinkName name, Optional<LearntEndpoint> where) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return;
        }
        entry.place.ifPresent(old -> byEndpoint.computeIfPresent(old.endpoint(), (endpoint, names) -> {
            Set<LinkName> others = new java.util.HashSet<>(names);
            others.remove(name);
            return others.isEmpty() ? null : others;
        }));
        entry.place = where.map(learnt -> new Place(
                learnt.endpoint(),
                learnt.admitted(),
                learnt.remaining().map(time -> nanos.getAsLong() + time.toNanos())));
        where.ifPresent(learnt -> byEndpoint.merge(learnt.endpoint(), Set.of(name), PeerTable::union));
    }

    private static Set<LinkName> union(Set<LinkName> some, Set<LinkName> more) {
        Set<LinkName> all = new java.util.HashSet<>(some);
        all.addAll(more);
        return all;
    }

    private LearntEndpoint learnt(Place place) {
        // Nanosecond clocks may wrap: only differences mean anything.
        Optional<Duration> remaining =
                place.deadline().map(deadline -> Duration.ofMillis((deadline - nanos.getAsLong()) / 1_000_000));
        boolean over =
                remaining.filter(time -> time.isNegative() || time.isZero()).isPresent();
        return !place.admitted() || over
                ? LearntEndpoint.expired(place.endpoint())
                : new LearntEndpoint(place.endpoint(), true, remaining);
    }
}
