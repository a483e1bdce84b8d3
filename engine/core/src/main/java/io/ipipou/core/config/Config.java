package io.ipipou.core.config;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

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
}
