package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Body;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The writes that make, change and delete a table, in an order in which nothing leads to what is not there. */
final class TableChanges {

    private final NftTable table;
    private final List<Request> requests = new ArrayList<>();

    private TableChanges(NftTable table) {
        this.table = table;
    }

    static List<Request> creation(NftTable table) {
        TableChanges changes = new TableChanges(table);
        changes.write(Nft.NEWTABLE, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL, new TableMessage(table.name(), 0));
        changes.fill(Set.of(), Set.of());
        return changes.requests;
    }

    static List<Request> deletion(NftTable table) {
        return List.of(new Request(Nft.DELTABLE, Nlmsg.NLM_F_REQUEST, Nft.in(table.name())));
    }

    /**
     * Sets that were seen as they shall be, and are so still, stay as they are.
     *
     * @param present without rules and elements
     */
    static List<Request> update(TableState present, NftTable before, NftTable after) {
        TableChanges changes = new TableChanges(after);
        Set<String> sets = present.sets().stream()
                .filter(set -> Translation.set(set)
                        .filter(same ->
                                before.sets().contains(same) && after.sets().contains(same))
                        .isPresent())
                .map(SetMessage::name)
                .collect(Collectors.toSet());
        Set<String> chains = present.chains().stream()
                .filter(chain -> after.chains().stream().anyMatch(wanted -> Translation.message(after.name(), wanted)
                        .equals(chain)))
                .map(ChainMessage::name)
                .collect(Collectors.toSet());
        changes.clear(present, sets, chains);
        changes.fill(sets, chains);
        return changes.requests;
    }

    private void clear(TableState present, Set<String> sets, Set<String> chains) {
        if (present.table().flags() != 0) {
            write(Nft.NEWTABLE, 0, new TableMessage(table.name(), 0));
        }
        write(Nft.DELRULE, 0, RuleMessage.all(table.name()));
        for (SetMessage set : present.sets()) {
            // Those without a name go with the rule that they were made for.
            if (!sets.contains(set.name()) && (set.flags() & SetMessage.NFT_SET_ANONYMOUS) == 0) {
                write(Nft.DELSET, 0, set.itself());
            }
        }
        for (ChainMessage chain : present.chains()) {
            if (!chains.contains(chain.name()) && (chain.flags() & ChainMessage.NFT_CHAIN_BINDING) == 0) {
                write(Nft.DELCHAIN, 0, chain.itself());
            }
        }
        present.objects().forEach(object -> write(Nft.DELOBJ, 0, object));
        present.flowtables().forEach(flowtable -> write(Nft.DELFLOWTABLE, 0, flowtable));
    }

    /** @param sets those that are there already, as the chains */
    private void fill(Set<String> sets, Set<String> chains) {
        String name = table.name();
        for (NftSet set : table.sets()) {
            if (!sets.contains(set.name())) {
                write(Nft.NEWSET, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL, Translation.message(name, set));
            }
        }
        for (NftChain chain : table.chains()) {
            if (!chains.contains(chain.name())) {
                write(Nft.NEWCHAIN, Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_EXCL, Translation.message(name, chain));
            }
        }
        for (NftChain chain : table.chains()) {
            for (NftRule rule : chain.rules()) {
                write(
                        Nft.NEWRULE,
                        Nlmsg.NLM_F_CREATE | Nlmsg.NLM_F_APPEND,
                        new RuleMessage(name, chain.name(), RuleWriter.expressions(rule), rule.comment()));
            }
        }
    }

    private void write(int type, int flags, Body body) {
        requests.add(new Request(type, Nlmsg.NLM_F_REQUEST | flags, body));
    }
}
