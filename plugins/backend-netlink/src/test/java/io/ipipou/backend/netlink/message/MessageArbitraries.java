package io.ipipou.backend.netlink.message;

import io.ipipou.backend.netlink.CodecProperties.Codec;
import io.ipipou.netlink.wire.GenlFamily;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.Mark;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Any message of each form. */
final class MessageArbitraries {

    static final List<Codec<?>> CODECS = List.of(
            Codec.of("link", 16, links(), LinkMessage::decode),
            Codec.unnamed("link stats", linkStats(), KernelSide::encode, LinkStats::decode),
            Codec.of("address", 8, addresses(), AddressMessage::decode),
            Codec.of("route", 12, routes(), RouteMessage::decode),
            Codec.of("fou", 4, fouPorts(), FouMessage::decode),
            Codec.unnamed("family", families(), KernelSide::encode, GenlFamily::decode));

    private MessageArbitraries() {}

    private static Arbitrary<Integer> u8() {
        return Arbitraries.integers().between(0, 0xff);
    }

    private static Arbitrary<Integer> u16() {
        return Arbitraries.integers().between(0, 0xffff);
    }

    private static Arbitrary<Integer> u32() {
        return Arbitraries.integers();
    }

    private static Arbitrary<Ipv4> ipv4() {
        return u32().map(Ipv4::new);
    }

    /** No surrogates alone, which UTF-8 does not have, and no NUL, which ends a text. */
    private static Arbitrary<String> text() {
        return Arbitraries.strings().withChars("az09 :\"\\-/é語\n").ofMaxLength(15);
    }

    private static Arbitrary<LinkMessage> links() {
        return Combinators.combine(Arbitraries.integers().between(0, 2), u32(), u32(), text(), u32(), text(), ipip())
                .flatAs((index, flags, change, name, number, alias, data) -> Arbitraries.of("", "ipip", "dummy")
                        .map(kind -> new LinkMessage(
                                index,
                                flags,
                                change,
                                name,
                                ~number,
                                new Mark(index == 0 ? "" : alias, number),
                                kind,
                                name.isEmpty() ? List.of() : List.of(name, name + "2"),
                                kind.equals("ipip") ? Optional.of(data) : Optional.empty())));
    }

    private static Arbitrary<IpipData> ipip() {
        return Combinators.combine(ipv4(), ipv4(), u8(), u8(), Arbitraries.of(true, false), u16(), u16(), u32())
                .as((local, remote, ttl, tos, pmtudisc, source, destination, device) -> new IpipData(
                        device,
                        local,
                        remote,
                        ttl,
                        tos,
                        pmtudisc,
                        tos ^ ttl,
                        source & 3,
                        source ^ destination,
                        source,
                        destination,
                        ~device));
    }

    private static Arbitrary<LinkStats> linkStats() {
        Arbitrary<LinkCounters> counters = Arbitraries.longs()
                .list()
                .ofSize(8)
                .map(n -> new LinkCounters(
                        n.get(0), n.get(1), n.get(2), n.get(3), n.get(4), n.get(5), n.get(6), n.get(7)));
        return Combinators.combine(u32(), text(), text(), counters).as(LinkStats::new);
    }

    private static Arbitrary<AddressMessage> addresses() {
        return Combinators.combine(
                        u32(),
                        Arbitraries.integers().between(0, 32),
                        u8(),
                        Arbitraries.of(true, false),
                        ipv4(),
                        ipv4(),
                        text())
                .as(AddressMessage::new);
    }

    private static Arbitrary<RouteMessage> routes() {
        Arbitrary<Ipv4Prefix> prefixes = Combinators.combine(
                        ipv4(), Arbitraries.integers().between(0, 32))
                .as(Ipv4Prefix::containing);
        return Combinators.combine(prefixes, u8(), Arbitraries.of(0, 1, 254, 255, 256, -1), u8(), u8(), u32())
                .flatAs((prefix, tos, table, protocol, scope, metric) -> Combinators.combine(
                                u8(), u32(), ipv4().optional())
                        .as((type, device, gateway) ->
                                new RouteMessage(prefix, tos, table, protocol, scope, type, device, gateway, metric)));
    }

    private static Arbitrary<FouMessage> fouPorts() {
        return Combinators.combine(u8(), u8(), u16(), u8(), ipv4(), u32(), ipv4(), u16())
                .as((command, family, port, protocol, local, device, peer, peerPort) -> new FouMessage(
                        command, family, port, protocol, family ^ protocol, local, device, peer, peerPort));
    }

    private static Arbitrary<GenlFamily> families() {
        return Combinators.combine(u16(), text()).as(GenlFamily::new);
    }
}
