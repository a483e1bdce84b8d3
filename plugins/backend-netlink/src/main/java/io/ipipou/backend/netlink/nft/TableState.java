package io.ipipou.backend.netlink.nft;

import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that there is in one table at one time.
 *
 * @param elements of the sets that the records have a place for, but for meters
 */
record TableState(
        TableMessage table,
        List<SetMessage> sets,
        List<ChainMessage> chains,
        List<RuleMessage> rules,
        List<NamedObject> objects,
        List<NamedObject> flowtables,
        List<ElementMessage> elements) {

    /**
     * As records. What they have no place for is a chain of a name that no chain can have, with one strange rule: the
     * table is then equal to none that we make.
     */
    Nftables.Observed observed() {
        Map<String, NftSet> plainSets = new HashMap<>();
        Set<NftElement> plainElements = new HashSet<>();
        List<NftChain> all = new ArrayList<>();
        if (table.flags() != 0) {
            all.add(odd("the table", "flags " + table.flags()));
        }
        objects.forEach(object -> all.add(odd("object " + object.name(), "type " + object.type())));
        flowtables.forEach(flowtable -> all.add(odd("flowtable " + flowtable.name(), "flowtable")));
        for (SetMessage message : sets) {
            Optional<NftSet> set = Translation.set(message);
            Optional<List<NftElement>> inside = set.flatMap(this::elementsOf);
            if (set.isPresent() && inside.isPresent()) {
                plainSets.put(message.name(), set.get());
                plainElements.addAll(inside.get());
            } else if (!message.anonymous()) {
                all.add(odd((message.isMap() ? "map " : "set ") + message.name(), describe(message, set.isPresent())));
            }
        }
        chains.forEach(chain -> all.add(observed(chain, plainSets)));
        return new Nftables.Observed(
                Optional.of(new NftTable(table.name(), List.copyOf(plainSets.values()), all)), plainElements);
    }

    private static NftChain odd(String name, String text) {
        return new NftChain(name, Optional.empty(), List.of(new NftRule("", List.of(new NftStatement.Unknown(text)))));
    }

    private static String describe(SetMessage set, boolean oddElements) {
        return oddElements
                ? "an element for all other keys, or with a counter"
                : "flags " + set.flags() + " key " + set.keyType() + " data " + set.dataType() + " size " + set.size()
                        + " timeout " + set.timeout() + "ms" + (set.stateful() ? " with counters" : "");
    }

    /** Empty when there is one that the records have no place for. */
    private Optional<List<NftElement>> elementsOf(NftSet set) {
        List<NftElement> inside = new ArrayList<>();
        for (ElementMessage message : elements) {
            if (message.set().equals(set.name())) {
                for (ElementMessage.Element element : message.elements()) {
                    Optional<NftElement> plain = Translation.element(table.name(), set, element);
                    if (plain.isEmpty()) {
                        return Optional.empty();
                    }
                    inside.add(plain.get());
                }
            }
        }
        return Optional.of(inside);
    }

    private NftChain observed(ChainMessage message, Map<String, NftSet> plainSets) {
        Optional<NftChain> chain = Translation.chain(message);
        List<NftRule> inside = new ArrayList<>();
        if (chain.isEmpty()) {
            String text = "flags " + message.flags()
                    + message.hook().map(hook -> " " + hook).orElse("");
            inside.add(new NftRule("", List.of(new NftStatement.Unknown(text))));
        }
        rules.stream()
                .filter(rule -> rule.chain().equals(message.name()))
                .forEach(rule -> inside.add(RuleReader.rule(rule, plainSets)));
        return new NftChain(message.name(), chain.flatMap(NftChain::base), inside);
    }

    /** By comment; of rules with one comment together. */
    Map<String, RuleCounter> counters() {
        Map<String, RuleCounter> counters = new HashMap<>();
        for (RuleMessage rule : rules) {
            for (Expression expression : rule.expressions()) {
                if (expression instanceof Expression.Counter counter
                        && !rule.comment().isEmpty()) {
                    counters.merge(
                            rule.comment(),
                            new RuleCounter(counter.packets(), counter.bytes()),
                            (one, other) ->
                                    new RuleCounter(one.packets() + other.packets(), one.bytes() + other.bytes()));
                }
            }
        }
        return counters;
    }
}
