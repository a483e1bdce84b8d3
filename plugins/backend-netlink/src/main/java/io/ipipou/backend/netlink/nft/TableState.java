package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Counter;
import io.ipipou.backend.netlink.nft.expression.Expression;
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
 * One table and the objects in it.
 *
 * @param elements of the sets that {@link NftSet} can express, without meters
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
     * The table as state. An object that {@link NftTable} cannot express becomes a chain with an impossible name and one unknown
     * rule, so that the table differs from every desired one.
     */
    Nftables.Observed observed() {
        Map<String, NftSet> supportedSets = new HashMap<>();
        Set<NftElement> supportedElements = new HashSet<>();
        List<NftChain> all = new ArrayList<>();
        if (table.flags() != 0) {
            all.add(unsupported("the table", "flags " + table.flags()));
        }
        objects.forEach(object -> all.add(unsupported("object " + object.name(), "type " + object.type())));
        flowtables.forEach(flowtable -> all.add(unsupported("flowtable " + flowtable.name(), "flowtable")));
        for (SetMessage message : sets) {
            Optional<NftSet> set = Translation.set(message);
            Optional<List<NftElement>> members = set.flatMap(this::elementsOf);
            if (set.isPresent() && members.isPresent()) {
                supportedSets.put(message.name(), set.get());
                supportedElements.addAll(members.get());
            } else if (!message.anonymous()) {
                String kind = message.isMap() ? "map " : "set ";
                all.add(unsupported(kind + message.name(), describe(message, set.isPresent())));
            }
        }
        chains.forEach(chain -> all.add(observed(chain, supportedSets)));
        return new Nftables.Observed(
                Optional.of(new NftTable(table.name(), List.copyOf(supportedSets.values()), all)), supportedElements);
    }

    private static NftChain unsupported(String name, String text) {
        return new NftChain(name, Optional.empty(), List.of(unknown(text)));
    }

    private static NftRule unknown(String text) {
        return new NftRule("", List.of(new NftStatement.Unknown(text)));
    }

    private static String describe(SetMessage set, boolean unsupportedElement) {
        return unsupportedElement
                ? "a catchall element, or an element with a counter or interval"
                : "flags " + set.flags() + " key " + set.keyType() + " data " + set.dataType() + " size " + set.size()
                        + " timeout " + set.timeout() + "ms" + (set.stateful() ? " with counters" : "");
    }

    /** Empty if {@link NftElement} cannot express one of them. */
    private Optional<List<NftElement>> elementsOf(NftSet set) {
        List<NftElement> members = new ArrayList<>();
        for (ElementMessage message : elements) {
            if (message.set().equals(set.name())) {
                for (ElementMessage.Element element : message.elements()) {
                    Optional<NftElement> member = Translation.element(table.name(), set, element);
                    if (member.isEmpty()) {
                        return Optional.empty();
                    }
                    members.add(member.get());
                }
            }
        }
        return Optional.of(members);
    }

    private NftChain observed(ChainMessage message, Map<String, NftSet> supportedSets) {
        Optional<NftChain> chain = Translation.chain(message);
        List<NftRule> contents = new ArrayList<>();
        if (chain.isEmpty()) {
            String text = "flags " + message.flags()
                    + message.hook().map(hook -> " " + hook).orElse("");
            contents.add(unknown(text));
        }
        rules.stream()
                .filter(rule -> rule.chain().equals(message.name()))
                .forEach(rule -> contents.add(RuleReader.rule(rule, supportedSets)));
        return new NftChain(message.name(), chain.flatMap(NftChain::base), contents);
    }

    /** By comment, the sum of all rules with that comment. */
    Map<String, RuleCounter> counters() {
        Map<String, RuleCounter> counters = new HashMap<>();
        for (RuleMessage rule : rules) {
            for (Expression expression : rule.expressions()) {
                if (expression instanceof Counter counter && !rule.comment().isEmpty()) {
                    counters.merge(
                            rule.comment(), new RuleCounter(counter.packets(), counter.bytes()), TableState::sum);
                }
            }
        }
        return counters;
    }

    private static RuleCounter sum(RuleCounter one, RuleCounter other) {
        return new RuleCounter(one.packets() + other.packets(), one.bytes() + other.bytes());
    }
}
