package io.ipipou.core.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the entries of {@code peers}, and finds what names refer to. */
final class PeerReader {

    private final FieldReader fields;
    private final Problems problems;

    PeerReader(FieldReader fields, Problems problems) {
        this.fields = fields;
        this.problems = problems;
    }

    SortedMap<String, Peer> read(Value root, Map<String, Auth> auth) {
        SortedMap<String, Peer> peers = new TreeMap<>();
        root.get("peers").map(Value::entries).orElse(Map.of()).forEach((name, entry) -> {
            Optional<RemoteEndpoint> endpoint = entry.get("endpoint").flatMap(fields::endpoint);
            Optional<Auth> proof = entry.get("auth")
                    .flatMap(value -> referenced(value, root, "auth"))
                    .flatMap(value -> Optional.ofNullable(auth.get(value.path().key())));
            peers.put(name, new Peer(name, endpoint, proof, entry.key()));
        });
        return peers;
    }

    /** The entry of the section that the value names. */
    Optional<Value> referenced(Value name, Value root, String section) {
        return fields.text(name).flatMap(text -> {
            Optional<Value> entries = root.get(section);
            Optional<Value> entry = entries.flatMap(e -> e.get(text));
            if (entry.isEmpty()) {
                Set<String> known = entries.map(Value::keys).orElse(Set.of());
                problems.error(
                        name,
                        "there is no " + Quote.value(text) + " in " + section,
                        Spelling.nearest(text, known)
                                .map(nearest -> "write " + nearest)
                                .orElse("add it there"));
            }
            return entry;
        });
    }
}
