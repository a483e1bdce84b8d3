package io.ipipou.backend.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.backend.netlink.nft.expression.Bitwise;
import io.ipipou.backend.netlink.nft.expression.Bytes;
import io.ipipou.backend.netlink.nft.expression.Compare;
import io.ipipou.backend.netlink.nft.expression.Counter;
import io.ipipou.backend.netlink.nft.expression.Dynset;
import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.backend.netlink.nft.expression.Limit;
import io.ipipou.backend.netlink.nft.expression.Lookup;
import io.ipipou.backend.netlink.nft.expression.MetaLoad;
import io.ipipou.backend.netlink.nft.expression.PayloadLoad;
import io.ipipou.backend.netlink.nft.expression.PayloadStore;
import io.ipipou.backend.netlink.nft.expression.Queue;
import io.ipipou.backend.netlink.nft.expression.Unsupported;
import io.ipipou.backend.netlink.nft.expression.Verdict;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Relation;
import io.ipipou.spi.state.NftType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules that ipipou would write differently, or not at all. */
class RuleReaderTest {

    private static final Map<String, NftSet> SETS = Map.of(
            "addresses", NftSet.set("addresses", NftType.IPV4_ADDR),
            "pairs", NftSet.map("pairs", false, NftType.IPV4_ADDR, NftType.IPV4_ADDR, NftType.INET_SERVICE));
    private static final PayloadLoad SADDR_TO_4 = new PayloadLoad(4, PayloadLoad.NETWORK_HEADER, 12, 4);
    private static final PayloadLoad LENGTH_TO_4 = new PayloadLoad(4, PayloadLoad.TRANSPORT_HEADER, 4, 2);
    private static final Limit OVER_5 = new Limit(5, 1, 7, Limit.PACKETS, true);

    private static List<NftStatement> read(Expression... expressions) {
        return RuleReader.rule(new RuleMessage("t", "c", List.of(expressions), ""), SETS)
                .statements();
    }

    private static NftStatement unknown(String text) {
        return new NftStatement.Unknown(text);
    }

    private static NftStatement length(Relation relation, int value) {
        return new NftStatement.Compare(NftField.UDP_LENGTH, relation, value);
    }

    private static Compare compare(int register, int relation, int value) {
        return new Compare(register, relation, Bytes.number(value, 2));
    }

    @Test
    void anyRegistersCanBeUsed() {
        assertThat(read(
                        new PayloadLoad(17, PayloadLoad.TRANSPORT_HEADER, 0, 2),
                        new PayloadLoad(8, PayloadLoad.NETWORK_HEADER, 16, 4),
                        new PayloadLoad(16, PayloadLoad.NETWORK_HEADER, 12, 4),
                        new Lookup("pairs", 16, Optional.of(5), false),
                        new Lookup("addresses", 8, Optional.empty(), true),
                        RuleWriter.store(NftField.IP_SADDR).withRegister(5)))
                .containsExactly(
                        new NftStatement.Lookup(List.of(NftField.IP_DADDR), false, "addresses"),
                        new NftStatement.Rewrite(
                                NftField.IP_SADDR, List.of(NftField.IP_SADDR, NftField.TH_SPORT), "pairs"));
    }

    /** nft does this for a range. */
    @Test
    void oneValueCanBeUsedTwice() {
        assertThat(read(LENGTH_TO_4, compare(4, Compare.GTE, 8), compare(4, Compare.LTE, 27)))
                .containsExactly(length(Relation.AT_LEAST, 8), length(Relation.AT_MOST, 27));
    }

    /** An unused load still ends the rule if the packet does not have the bytes. */
    @Test
    void unusedValueIsReported() {
        assertThat(read(LENGTH_TO_4, new Verdict(Verdict.ACCEPT, "")))
                .containsExactly(new NftStatement.Accept(), unknown("@th,32,16 (unused)"));
        assertThat(read(LENGTH_TO_4, SADDR_TO_4, new Lookup("addresses", 4, Optional.empty(), false)))
                .containsExactly(
                        unknown("@th,32,16 (unused)"),
                        new NftStatement.Lookup(List.of(NftField.IP_SADDR), true, "addresses"));
        assertThat(read(
                        SADDR_TO_4,
                        new PayloadLoad(5, PayloadLoad.TRANSPORT_HEADER, 0, 2),
                        new Lookup("pairs", 4, Optional.of(4), false)))
                .containsExactly(unknown("ip saddr . th sport map @pairs (unused)"));
    }

    @Test
    void wideValueTakesSeveralRegisters() {
        assertThat(read(
                        new PayloadLoad(5, PayloadLoad.TRANSPORT_HEADER, 0, 2),
                        new PayloadLoad(4, PayloadLoad.NETWORK_HEADER, 12, 8),
                        new Lookup("pairs", 4, Optional.of(4), false),
                        RuleWriter.store(NftField.IP_SADDR)))
                .containsExactly(
                        unknown("th sport (unused)"),
                        unknown("@nh,96,64"),
                        unknown("rest of @nh,96,64"),
                        unknown("@pairs"),
                        unknown("ip saddr set @nh,96,64"));
        assertThat(read(new PayloadLoad(19, PayloadLoad.NETWORK_HEADER, 12, -1)))
                .hasSize(1);
    }

    @Test
    void onlyTheUpperHalfOfTheVersionByteIsAField() {
        PayloadLoad version = new PayloadLoad(4, PayloadLoad.TRANSPORT_HEADER, 8, 1);
        Bitwise upper = new Bitwise(4, 9, Bytes.of(0xf0), Bytes.of(0));
        assertThat(read(version, upper, new Compare(9, Compare.EQ, Bytes.of(0x40))))
                .containsExactly(new NftStatement.Compare(NftField.INNER_VERSION, Relation.EQUAL, 4));
        assertThat(read(version, upper, new Compare(9, Compare.EQ, Bytes.of(0x41))))
                .containsExactly(unknown("@th,64,4 == 0x41"));
        assertThat(read(version, new Compare(4, Compare.EQ, Bytes.of(0x40))))
                .containsExactly(unknown("@th,64,8 == 0x40"));
        assertThat(read(
                        version,
                        new Bitwise(4, 4, Bytes.of(0x0f), Bytes.of(0)),
                        new Compare(4, Compare.EQ, Bytes.of(4))))
                .containsExactly(unknown("@th,64,8 & 0x0f ^ 0x00 == 0x04"));
        assertThat(read(
                        version,
                        new Bitwise(4, 4, Bytes.of(0xf0), Bytes.of(0x10)),
                        new Compare(4, Compare.EQ, Bytes.of(0x50))))
                .containsExactly(unknown("@th,64,8 & 0xf0 ^ 0x10 == 0x50"));
    }

    @Test
    void otherComparisonsAreUnknown() {
        assertThat(read(LENGTH_TO_4, compare(4, 2, 81))).containsExactly(unknown("@th,32,16 < 0x0051"));
        assertThat(read(LENGTH_TO_4, compare(4, 4, 81))).containsExactly(unknown("@th,32,16 > 0x0051"));
        assertThat(read(LENGTH_TO_4, new Compare(4, Compare.EQ, Bytes.of(8))))
                .containsExactly(unknown("@th,32,16 == 0x08"));
        assertThat(read(new MetaLoad(4, 6), new Compare(4, Compare.EQ, Bytes.of(0x6c, 0x6f))))
                .containsExactly(unknown("meta 6 == 0x6c6f"));
        assertThat(read(compare(7, Compare.EQ, 1))).containsExactly(unknown("register 7 == 0x0001"));
        assertThat(read(new PayloadLoad(4, 0, 2, 6), compare(4, Compare.NEQ, 1)))
                .containsExactly(unknown("@ll,16,48 != 0x0001"));
        assertThat(read(new PayloadLoad(4, 3, 0, 1), compare(4, Compare.NEQ, 1)))
                .containsExactly(unknown("@header 3,0,8 != 0x0001"));
    }

    @Test
    void unknownSetsAreReported() {
        assertThat(read(SADDR_TO_4, new Lookup("__set0", 4, Optional.empty(), true)))
                .containsExactly(unknown("!= @__set0"));
        assertThat(read(SADDR_TO_4, new Lookup("addresses", 4, Optional.of(Expression.VERDICT), false)))
                .containsExactly(unknown("@addresses"));
    }

    @Test
    void rewriteWithOtherChecksumsIsUnknown() {
        PayloadStore store = RuleWriter.store(NftField.IP_SADDR);
        for (PayloadStore other : List.of(
                new PayloadStore(4, store.base(), 12, 4, 0, 10, 1),
                new PayloadStore(4, store.base(), 12, 4, 1, 10, 0),
                new PayloadStore(4, store.base(), 12, 4, 1, 8, 1))) {
            assertThat(read(
                            SADDR_TO_4,
                            new PayloadLoad(5, PayloadLoad.TRANSPORT_HEADER, 0, 2),
                            new Lookup("pairs", 4, Optional.of(4), false),
                            other))
                    .containsExactly(unknown("ip saddr set ip saddr . th sport map @pairs"));
        }
        assertThat(read(LENGTH_TO_4, new PayloadStore(4, PayloadLoad.TRANSPORT_HEADER, 2, 2, 1, 10, 1)))
                .containsExactly(unknown("th dport set @th,32,16"));
    }

    @Test
    void otherRatesAndMetersAreUnknown() {
        assertThat(read(new Limit(5, 1, 7, Limit.PACKETS, false)))
                .containsExactly(unknown("limit rate 5 packets/1s burst 7"));
        assertThat(read(new Limit(5, 60, 7, Limit.PACKETS, true)))
                .containsExactly(unknown("limit rate over 5 packets/60s burst 7"));
        assertThat(read(new Limit(1L << 32, 1, 7, 1, true)))
                .containsExactly(unknown("limit rate over 4294967296 bytes/1s burst 7"));
        for (Dynset other : List.of(
                new Dynset("addresses", 0, 4, Optional.empty(), 0, false, List.of(OVER_5)),
                new Dynset("addresses", Dynset.UPDATE, 4, Optional.empty(), 5, false, List.of(OVER_5)),
                new Dynset("addresses", Dynset.UPDATE, 4, Optional.empty(), 0, true, List.of(OVER_5)))) {
            assertThat(read(SADDR_TO_4, other)).containsExactly(unknown("dynset @addresses limit"));
        }
        assertThat(read(
                        SADDR_TO_4,
                        new Dynset(
                                "addresses",
                                Dynset.UPDATE,
                                4,
                                Optional.empty(),
                                0,
                                false,
                                List.of(OVER_5, new Counter(0, 0)))))
                .containsExactly(unknown("dynset @addresses limit counter"));
        assertThat(read(
                        SADDR_TO_4,
                        LENGTH_TO_4,
                        new Dynset("addresses", Dynset.UPDATE, 4, Optional.of(4), 0, false, List.of())))
                .contains(unknown("dynset @addresses "));
    }

    @Test
    void otherExpressionsAreReportedByName() {
        assertThat(read(
                        new Queue(3, 1, 1),
                        new Queue(3, 2, 0),
                        new Verdict(Verdict.RETURN, ""),
                        new Verdict(Verdict.CONTINUE, ""),
                        new Verdict(3, ""),
                        new Unsupported("masq")))
                .containsExactly(
                        unknown("queue num 3-3 flags 1"),
                        unknown("queue num 3-4"),
                        unknown("return"),
                        unknown("continue"),
                        unknown("verdict 3"),
                        unknown("masq"));
    }
}
