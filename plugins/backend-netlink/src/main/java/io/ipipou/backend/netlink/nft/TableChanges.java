package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The writes that make, change and delete a table, in an order in which nothing leads to what is not there. */
final class TableChanges {

    private static final int NEW = Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL;

    private final int operation;
    private final NftTable table;
    private final List<Change> changes = new ArrayList<>();

    private TableChanges(int operation, NftTable table) {
        this.operation = operation;
        this.table = table;
    }

    /** @param operation the place of the operation that they are for */
    static List<Change> creation(int operation, NftTable table) {
        TableChanges all = new TableChanges(operation, table);
        all.add("", Nft.NEWTABLE, NEW, new TableMessage(table.name(), 0));
        all.fill(Set.of(), Set.of());
        return all.changes;
    }

    static List<Change> deletion(int operation, NftTable table) {
        return List.of(
                Change.of(operation, "", Nft.DELTABLE, 0, Nft.in(table.name())).asOptional());
    }

    /**
     * Sets that were seen as they shall be, and are so still, stay as they are; all else goes and is made anew.
     *
     * @param present without rules and elements
     */
    static List<Change> update(int operation, TableState present, NftTable before, NftTable after) {
        TableChanges all = new TableChanges(operation, after);
        Set<String> sets = present.sets().stream()
                .filter(set -> Translation.set(set)
                        .filter(same ->
                                before.sets().contains(same) && after.sets().contains(same))
                        .isPresent())
                .map(SetMessage::name)
                .collect(Collectors.toSet());
        Set<ChainMessage> wanted = after.chains().stream()
                .map(chain -> Translation.message(after.name(), chain))
                .collect(Collectors.toSet());
        Set<String> chains = present.chains().stream()
                .filter(wanted::contains)
                .map(ChainMessage::name)
                .collect(Collectors.toSet());
        all.clear(present, sets, chains);
        all.fill(sets, chains);
        return all.changes;
    }

    private void clear(TableState present, Set<String> sets, Set<String> chains) {
        if (present.table().flags() != 0) {
            add("", Nft.NEWTABLE, 0, new TableMessage(table.name(), 0));
        }
        add("the rules that were there", Nft.DELRULE, 0, Nft.in(table.name()));
        for (SetMessage set : present.sets()) {
            // Those without a name go with the rule that they were made for; so do such chains.
            if (!sets.contains(set.name()) && !set.anonymous()) {
                add("the set " + set.name() + " that was there", Nft.DELSET, 0, set.itself());
            }
        }
        for (ChainMessage chain : present.chains()) {
            if (!chains.contains(chain.name()) && !chain.anonymous()) {
                add("the chain " + chain.name() + " that was there", Nft.DELCHAIN, 0, chain.itself());
            }
        }
        present.objects().forEach(object -> add("object " + object.name(), Nft.DELOBJ, 0, object));
        present.flowtables().forEach(each -> add("flowtable " + each.name(), Nft.DELFLOWTABLE, 0, each));
    }

    /** @param sets those that are there already, as the chains */
    private void fill(Set<String> sets, Set<String> chains) {
        String name = table.name();
        for (NftSet set : table.sets()) {
            if (!sets.contains(set.name())) {
                add("set " + set.name(), Nft.NEWSET, NEW, Translation.message(name, set));
            }
        }
        for (NftChain chain : table.chains()) {
            if (!chains.contains(chain.name())) {
                add("chain " + chain.name(), Nft.NEWCHAIN, NEW, Translation.message(name, chain));
            }
        }
        for (NftChain chain : table.chains()) {
            chain.rules()
                    .forEach(rule -> add(
                            "chain " + chain.name() + ", rule '" + rule + "'",
                            Nft.NEWRULE,
                            Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_APPEND,
                            new RuleMessage(name, chain.name(), RuleWriter.expressions(rule), rule.comment())));
        }
    }

    private void add(String what, int type, int flags, MessageBody body) {
        changes.add(Change.of(operation, what, type, flags, body));
    }
}
