package io.ipipou.agent.auth;

import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Peer;
import io.ipipou.spi.auth.ReplayStamp;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Under which {@link ReplayStamp#key}s the packets of each peer are recorded. Several peers can have the same key.
 *
 * @param byPeer for every peer that authenticates to this host; none where the scheme records nothing, or does not say
 */
public record ReplayKeys(SortedMap<String, Set<String>> byPeer) {

    public ReplayKeys {
        byPeer = Collections.unmodifiableSortedMap(new TreeMap<>(byPeer));
    }

    public static ReplayKeys of(Config config, AuthSchemes schemes) {
        SortedMap<String, Set<String>> keys = new TreeMap<>();
        config.tunnels().stream()
                .filter(tunnel -> tunnel.mode() == Mode.SERVER)
                .map(tunnel -> tunnel.peer())
                .forEach(peer -> keys.computeIfAbsent(peer.name(), name -> keysOf(peer, schemes)));
        return new ReplayKeys(keys);
    }

    private static Set<String> keysOf(Peer peer, AuthSchemes schemes) {
        return peer.auth()
                .map(auth -> Set.copyOf(schemes.verifier(auth).replayKeys()))
                .orElse(Set.of());
    }

    public Set<String> of(String peer) {
        return byPeer.getOrDefault(peer, Set.of());
    }

    /** The other peers that have one of this peer's keys. */
    public SortedSet<String> sharing(String peer) {
        return byPeer.keySet().stream()
                .filter(other -> !other.equals(peer) && !Collections.disjoint(of(other), of(peer)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
