package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads one whole table. */
final class TableReader {

    private static final int ATTEMPTS = 5;

    /** How much of a table is read. */
    enum Depth {
        /** Without rules and elements. */
        OBJECTS,
        RULES,
        ALL
    }

    /**
     * A table at one generation.
     *
     * @param generation number of the last change to any table
     * @param table empty if it does not exist
     */
    record Reading(int generation, Optional<TableState> table) {}

    private final NetlinkConnection netfilter;
    private final String name;

    TableReader(NetlinkConnection netfilter, String name) {
        this.netfilter = netfilter;
        this.name = name;
    }

    /** @return empty if the kernel has no nftables */
    Optional<Reading> read(Depth depth) throws BackendException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Integer> before = generation();
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Optional<TableState> table = table(depth);
            if (before.equals(generation())) {
                return Optional.of(new Reading(before.get(), table));
            }
        }
        throw new BackendException("nftables changed during each of " + ATTEMPTS + " attempts to read the table " + name
                + "; retry when the host is less busy");
    }

    private Optional<Integer> generation() throws BackendException {
        Reply<Integer> reply =
                netfilter.get(List.of(Nft.GENERATION), Nft::generation).get(0);
        if (reply.ack().is(Errno.EINVAL, Errno.EOPNOTSUPP)) {
            return Optional.empty();
        }
        return Optional.of(value("reading the generation of nftables", reply));
    }

    private static <T> T value(String operation, Reply<T> reply) throws BackendException {
        Ack ack = reply.ack();
        if (ack.refused() || reply.value().isEmpty()) {
            throw new BackendException(operation, ack.refusal());
        }
        return reply.value().get();
    }

    private Optional<TableState> table(Depth depth) throws BackendException {
        Reply<TableMessage> reply = netfilter
                .get(List.of(Request.get(Nft.GETTABLE, Nft.in(name))), TableMessage::decode)
                .get(0);
        if (reply.ack().is(Errno.ENOENT)) {
            return Optional.empty();
        }
        TableMessage table = value("reading the table " + name, reply);
        List<SetMessage> sets = list("sets", Nft.GETSET, SetMessage::decode, SetMessage::table);
        return Optional.of(new TableState(
                table,
                sets,
                list("chains", Nft.GETCHAIN, ChainMessage::decode, ChainMessage::table),
                depth == Depth.OBJECTS
                        ? List.of()
                        : list("rules", Nft.GETRULE, RuleMessage::decode, RuleMessage::table),
                list("objects", Nft.GETOBJ, NamedObject::decode, NamedObject::table),
                list("flowtables", Nft.GETFLOWTABLE, NamedObject::decodeFlowtable, NamedObject::table),
                depth == Depth.ALL ? elements(sets) : List.of()));
    }

    private List<ElementMessage> elements(List<SetMessage> sets) throws BackendException {
        List<ElementMessage> elements = new ArrayList<>();
        for (SetMessage set : sets) {
            boolean read =
                    Translation.set(set).filter(each -> each.meter().isEmpty()).isPresent();
            if (read) {
                MessageBody all = ElementMessage.all(name, set.name());
                elements.addAll(dump("elements", Nft.GETSETELEM, all, ElementMessage::decode));
            }
        }
        return elements;
    }

    /** Some kernels ignore the table's name in a dump request. */
    private <T> List<T> list(String what, int type, Decoder<T> decoder, Function<T, String> table)
            throws BackendException {
        return dump(what, type, Nft.in(name), decoder).stream()
                .filter(each -> table.apply(each).equals(name))
                .toList();
    }

    /** ENOENT: the table or set was deleted meanwhile, which the generation reveals. */
    private <T> List<T> dump(String what, int type, MessageBody body, Decoder<T> decoder) throws BackendException {
        return netfilter.dump(
                new Dump<>(what + " of the table " + name, Request.dump(type, body), decoder, Set.of(Errno.ENOENT)));
    }
}
