package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.RuleCounter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table as it was read.
 *
 * @param objects every chain, set and other object of the table, including those that {@code table} cannot represent
 * @param elements the elements of the sets of {@code table}, without those that packets added
 * @param counters by the comments of the rules
 */
record NftSnapshot(
        NftTable table, List<TableObject> objects, Set<NftElement> elements, Map<String, RuleCounter> counters) {

    /** @param kind in nft's language, such as {@code chain} or {@code ct helper} */
    record TableObject(String kind, String name) {
        boolean isChain() {
            return kind.equals("chain");
        }
    }

    /** Identifies an element within the table. */
    record ElementKey(String set, List<NftValue> key) {
        static ElementKey of(NftElement element) {
            return new ElementKey(element.set(), element.key());
        }
    }

    NftSnapshot {
        objects = List.copyOf(objects);
        elements = Set.copyOf(elements);
        counters = Map.copyOf(counters);
    }
}
