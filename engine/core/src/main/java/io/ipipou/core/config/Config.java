package io.ipipou.core.config;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The checked content of a file, with {@code defaults} merged and every default filled in.
 *
 * @param auth by name
 * @param peers by name
 * @param tunnels in the file's order
 */
public record Config(
        GlobalSettings settings, SortedMap<String, Auth> auth, SortedMap<String, Peer> peers, List<Tunnel> tunnels) {

    public Config {
        auth = Collections.unmodifiableSortedMap(new TreeMap<>(auth));
        peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
        tunnels = List.copyOf(tunnels);
    }

    /** The host names in the endpoints of the tunnels' peers. */
    public Set<String> hostNames() {
        return tunnels.stream()
                .flatMap(tunnel -> tunnel.peer().hostNames().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
