package io.ipipou.spi.state;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of family {@code ip} with its sets, chains and rules. The sets' elements are {@link NftElement}s of their
 * own.
 *
 * @param sets sorted by name
 * @param chains sorted by name
 */
public record NftTable(String name, List<NftSet> sets, List<NftChain> chains) implements Resource {

    public static final String KIND = "nft.table";

    public NftTable {
        sets = sets.stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
        chains = chains.stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
    }

    public Optional<NftSet> set(String setName) {
        return sets.stream().filter(set -> set.name().equals(setName)).findFirst();
    }

    @Override
    public ResourceId id() {
        return new ResourceId(KIND, name);
    }

    @Override
    public Map<String, Object> fields() {
        Fields fields = new Fields();
        sets.forEach(set -> fields.text((set.data().isPresent() ? "map " : "set ") + set.name(), set));
        for (NftChain chain : chains) {
            chain.base().ifPresent(base -> fields.text("chain " + chain.name(), base));
            for (int i = 0; i < chain.rules().size(); i++) {
                fields.text(
                        "rule " + chain.name() + " " + (i + 1), chain.rules().get(i));
            }
        }
        return fields.build();
    }

    @Override
    public String summary() {
        return sets.size() + " sets, " + chains.size() + " chains, "
                + chains.stream().mapToInt(chain -> chain.rules().size()).sum() + " rules";
    }
}
