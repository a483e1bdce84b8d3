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

/** Reads one table, whole. */
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
     * What was read, and when.
     *
     * @param generation the number of the last change of any table before
     * @param table empty when there is none of the name
     */
    record Reading(int generation, Optional<TableState> table) {}

    private final NetlinkConnection netfilter;
    private final String name;

    TableReader(NetlinkConnection netfilter, String name) {
        this.netfilter = netfilter;
        this.name = name;
    }

    /** @return empty when the kernel has no nftables */
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
        throw new BackendException("nftables changed each of the " + ATTEMPTS + " times that the table " + name
                + " was read; try again when the host is quieter");
    }

    private Optional<Integer> generation() throws BackendException {
        Reply<Integer> answer =
                netfilter.get(List.of(Nft.GENERATION), Nft::generation).get(0);
        if (answer.ack().is(Errno.EINVAL, Errno.EOPNOTSUPP)) {
            return Optional.empty();
        }
        return Optional.of(value("asking for the state of nftables", answer));
    }

    private static <T> T value(String question, Reply<T> answer) throws BackendException {
        Ack ack = answer.ack();
        if (ack.refused() || answer.value().isEmpty()) {
            throw new BackendException(question, ack.refusal());
        }
        return answer.value().get();
    }

    private Optional<TableState> table(Depth depth) throws BackendException {
        Reply<TableMessage> answer = netfilter
                .get(List.of(Request.get(Nft.GETTABLE, Nft.in(name))), TableMessage::decode)
                .get(0);
        if (answer.ack().is(Errno.ENOENT)) {
            return Optional.empty();
        }
        TableMessage table = value("reading the table " + name, answer);
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

    /** Kernels do not all heed the table's name in each request. */
    private <T> List<T> list(String what, int type, Decoder<T> decoder, Function<T, String> table)
            throws BackendException {
        return dump(what, type, Nft.in(name), decoder).stream()
                .filter(each -> table.apply(each).equals(name))
                .toList();
    }

    /** A table or set that went meanwhile has nothing in it; that it went is told by the generation. */
    private <T> List<T> dump(String what, int type, MessageBody body, Decoder<T> decoder) throws BackendException {
        return netfilter.dump(
                new Dump<>(what + " of the table " + name, Request.dump(type, body), decoder, Set.of(Errno.ENOENT)));
    }
}
