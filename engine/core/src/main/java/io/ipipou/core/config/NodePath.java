package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The dotted path of a node, {@code tunnels.ipipou0.routes[0]}; written out only when it is needed. */
record NodePath(Optional<NodePath> parent, String key) {

    static final NodePath ROOT = new NodePath(Optional.empty(), "");

    NodePath key(String child) {
        return new NodePath(Optional.of(this), child);
    }

    NodePath index(int index) {
        return key("[" + index + "]");
    }

    /** From the root, which has none. */
    List<String> keys() {
        List<String> keys = parent.map(NodePath::keys).orElseGet(ArrayList::new);
        if (parent.isPresent()) {
            keys.add(key);
        }
        return keys;
    }

    boolean isIn(String section) {
        return keys().get(0).equals(section);
    }

    /** Whether this is inside an entry of {@code auth}, whose values, and keys in the wrong place, can be secrets. */
    boolean inAuthEntry() {
        List<String> keys = keys();
        return keys.size() > 2 && keys.get(0).equals("auth");
    }

    /** This, or the entry of {@code auth} that it is in, where a key can be a misplaced secret. */
    NodePath upToAuthEntry() {
        return inAuthEntry() ? parent.orElseThrow().upToAuthEntry() : this;
    }

    /** Below a setting of an {@code auth} entry, only keys that say where a secret is are shown: {@code file} and the like. */
    @Override
    public String toString() {
        List<String> keys = keys();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            String next = keys.get(i);
            if (i > 2
                    && keys.get(0).equals("auth")
                    && !SecretTypes.PLACES.keys().contains(next)) {
                break;
            }
            text.append(text.isEmpty() || next.startsWith("[") ? "" : ".").append(Quote.key(next));
        }
        return text.toString();
    }
}
