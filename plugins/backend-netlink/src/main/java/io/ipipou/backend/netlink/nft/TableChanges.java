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

/** The writes that create, change and delete a table, ordered so that nothing refers to a missing object. */
final class TableChanges {

    private static final int NEW = Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL;

    private final int operation;
    private final NftTable table;
    private final List<Change> changes = new ArrayList<>();

    private TableChanges(int operation, NftTable table) {
        this.operation = operation;
        this.table = table;
    }

    /** @param operation index of the operation that they belong to */
    static List<Change> creation(int operation, NftTable table) {
        TableChanges all = new TableChanges(operation, table);
        all.add("", Nft.NEWTABLE, NEW, new TableMessage(table.name(), 0));
        all.fill(Set.of(), Set.of());
        return all.changes;
    }

    static List<Change> deletion(int operation, NftTable table) {
        return List.of(Change.of(operation, "", Nft.DELTABLE, 0, TableMessage.deletion(table.name()))
                .asOptional());
    }

    /**
     * Keeps the sets that are the same before, now and after, and the chains that are the same now and after; deletes and
     * recreates all others, and all rules.
     *
     * @param current without rules and elements
     */
    static List<Change> update(int operation, TableState current, NftTable before, NftTable after) {
        TableChanges all = new TableChanges(operation, after);
        Set<String> sets = current.sets().stream()
                .filter(set -> Translation.set(set)
                        .filter(same ->
                                before.sets().contains(same) && after.sets().contains(same))
                        .isPresent())
                .map(SetMessage::name)
                .collect(Collectors.toSet());
        Set<ChainMessage> wanted = after.chains().stream()
                .map(chain -> Translation.message(after.name(), chain))
                .collect(Collectors.toSet());
        Set<String> chains = current.chains().stream()
                .filter(wanted::contains)
                .map(ChainMessage::name)
                .collect(Collectors.toSet());
        all.clear(current, sets, chains);
        all.fill(sets, chains);
        return all.changes;
    }

    private void clear(TableState current, Set<String> sets, Set<String> chains) {
        if (current.table().flags() != 0) {
            add("", Nft.NEWTABLE, 0, new TableMessage(table.name(), 0));
        }
        add("deleting all rules", Nft.DELRULE, 0, RuleMessage.deletionIn(table.name()));
        for (SetMessage set : current.sets()) {
            // Anonymous sets and chains are deleted with their rule.
            if (!sets.contains(set.name()) && !set.anonymous()) {
                add("deleting set " + set.name(), Nft.DELSET, 0, set.deletion());
            }
        }
        for (ChainMessage chain : current.chains()) {
            if (!chains.contains(chain.name()) && !chain.anonymous()) {
                add("deleting chain " + chain.name(), Nft.DELCHAIN, 0, chain.deletion());
            }
        }
        current.objects().forEach(object -> add("deleting object " + object.name(), Nft.DELOBJ, 0, object));
        current.flowtables().forEach(each -> add("deleting flowtable " + each.name(), Nft.DELFLOWTABLE, 0, each));
    }

    /**
     * @param sets names of the sets to keep
     * @param chains names of the chains to keep
     */
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

    private void add(String part, int type, int flags, MessageBody body) {
        changes.add(Change.of(operation, part, type, flags, body));
    }
}
