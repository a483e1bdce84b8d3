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

    /** What there is under a name in nft's listing that the records have no place for: a chain with one strange rule. */
    private static NftChain odd(String kind, String name, Object text) {
        NftStatement what = new NftStatement.Unknown(text.toString());
        return new NftChain(kind + " " + name, Optional.empty(), List.of(new NftRule("", List.of(what))));
    }

    /** The table, unequal to any that we make when there is anything in it that we do not. */
    NftTable observed() {
        List<NftSet> ours = plainSets();
        List<NftChain> all = new ArrayList<>();
        if (table.flags() != 0) {
            all.add(odd("flags", "of the table", Integer.toString(table.flags())));
        }
        objects.forEach(object -> all.add(odd("object", object.name(), "type " + object.type())));
        flowtables.forEach(flowtable -> all.add(odd("flowtable", flowtable.name(), "")));
        for (SetMessage set : sets) {
            boolean known = ours.stream().anyMatch(each -> each.name().equals(set.name()));
            boolean anonymous = (set.flags() & SetMessage.NFT_SET_ANONYMOUS) != 0;
            if (!known && !anonymous) {
                all.add(odd((set.flags() & SetMessage.NFT_SET_MAP) != 0 ? "map" : "set", set.name(), describe(set)));
            }
        }
        chains.forEach(chain -> all.add(observed(chain)));
        return new NftTable(table.name(), ours, all);
    }

    private static String describe(SetMessage set) {
        return "flags " + set.flags() + " key " + set.keyType() + " data " + set.dataType() + " size " + set.size()
                + " timeout " + set.timeout() + "ms" + (set.stateful() ? " stateful" : "");
    }

    private NftChain observed(ChainMessage message) {
        Optional<NftChain> chain = Translation.chain(message);
        List<NftRule> inside = new ArrayList<>();
        if (chain.isEmpty()) {
            inside.add(new NftRule(
                    "", List.of(new NftStatement.Unknown("flags " + message.flags() + " " + message.hook()))));
        }
        Map<String, NftSet> byName = new HashMap<>();
        plainSets().forEach(set -> byName.put(set.name(), set));
        rules.stream()
                .filter(rule -> rule.chain().equals(message.name()))
                .forEach(rule -> inside.add(RuleReader.rule(rule, byName)));
        return new NftChain(message.name(), chain.flatMap(NftChain::base), inside);
    }

    /** The sets that are wholly what their records say, elements and all. */
    private List<NftSet> plainSets() {
        return sets.stream()
                .flatMap(message -> Translation.set(message).stream())
                .filter(set ->
                        set.meter().isPresent() || elementsOf(set).stream().allMatch(Optional::isPresent))
                .toList();
    }

    private List<Optional<NftElement>> elementsOf(NftSet set) {
        return elements.stream()
                .filter(message -> message.set().equals(set.name()))
                .flatMap(message -> message.elements().stream())
                .map(element -> Translation.element(table.name(), set, element))
                .toList();
    }

    Set<NftElement> observedElements() {
        Set<NftElement> all = new HashSet<>();
        for (NftSet set : plainSets()) {
            elementsOf(set).forEach(element -> element.ifPresent(all::add));
        }
        return all;
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
