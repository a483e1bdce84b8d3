package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.RuleCounter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One reading of a table.
 *
 * @param parts every object in the table, also those that {@code table} has only a note of
 * @param elements those of the sets of {@code table}, without what packets made
 * @param counters by the rules' comments
 */
record NftSnapshot(NftTable table, List<Part> parts, Set<NftElement> elements, Map<String, RuleCounter> counters) {

    /**
     * A chain, set or other object.
     *
     * @param kind as in nft's language, such as {@code chain} or {@code ct helper}
     */
    record Part(String kind, String name) {
        boolean isChain() {
            return kind.equals("chain");
        }
    }

    /** What tells elements of a table apart. */
    record ElementKey(String set, List<NftValue> key) {
        static ElementKey of(NftElement element) {
            return new ElementKey(element.set(), element.key());
        }
    }

    NftSnapshot {
        parts = List.copyOf(parts);
        elements = Set.copyOf(elements);
        counters = Map.copyOf(counters);
    }

    Map<ElementKey, NftElement> elementsByKey() {
        Map<ElementKey, NftElement> byKey = new HashMap<>();
        elements.forEach(element -> byKey.put(ElementKey.of(element), element));
        return byKey;
    }

    Set<NftSet> sets() {
        return new HashSet<>(table.sets());
    }
}
