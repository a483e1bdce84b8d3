package io.ipipou.backend.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.backend.netlink.CodecProperties;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.RuleCounter;
import io.ipipou.testkit.SampleTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Messages between nft 1.0.6 and Linux 6.1 on a little-endian machine, recorded with strace: written.hex has the requests
 * of nft for the gate and two elements, listed.hex the kernel's replies to {@code nft list table}.
 */
class NftCaptureTest {

    private static final NftTable GATE = SampleTable.gate();
    private static final NftElement PORT = NftElement.of("ipipou", "callerports", NftValue.port(4500));
    private static final NftElement ENDPOINT = NftElement.of(
                    "ipipou",
                    "endpoints",
                    NftValue.of(Ipv4.of("198.51.100.7")),
                    NftValue.port(4500),
                    NftValue.port(10000))
            .withData(NftValue.of(Ipv4.of("172.29.0.1")));

    @Test
    void nftWritesTheGate() throws IOException, CodecException {
        TableState written = state(datagrams("written.hex").subList(0, 1));

        assertThat(written.observed().table()).contains(GATE);
        assertThat(written.observed().elements()).isEmpty();
    }

    @Test
    void kernelListsTheGate() throws IOException, CodecException {
        TableState listed = state(datagrams("listed.hex"));

        assertThat(listed.observed().table()).contains(GATE);
        assertThat(listed.observed().elements()).hasSize(2).contains(PORT).anySatisfy(element -> {
            assertThat(element.withTimeout(Optional.empty())).isEqualTo(ENDPOINT);
            assertThat(element.timeout().orElseThrow()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        });
        assertThat(listed.counters())
                .hasSize(6)
                .containsEntry("not admitted", new RuleCounter(0, 0))
                .containsEntry("to the agent", new RuleCounter(0, 0));
    }

    /** Except for the order of attributes and the ids of sets. */
    @Test
    void writesTheSameAsNft() throws IOException, CodecException {
        TableState nft = state(datagrams("written.hex"));
        List<Change> creation = TableChanges.creation(0, GATE);

        assertThat(decoded(creation, Nft.NEWTABLE, TableMessage::decode)).containsExactly(nft.table());
        assertThat(decoded(creation, Nft.NEWSET, SetMessage::decode)).containsExactlyInAnyOrderElementsOf(nft.sets());
        assertThat(decoded(creation, Nft.NEWCHAIN, ChainMessage::decode))
                .containsExactlyInAnyOrderElementsOf(nft.chains());
        Comparator<RuleMessage> byChain = Comparator.comparing(RuleMessage::chain);
        assertThat(decoded(creation, Nft.NEWRULE, RuleMessage::decode).stream()
                        .sorted(byChain)
                        .toList())
                .isEqualTo(nft.rules().stream().sorted(byChain).toList());
        assertThat(nft.elements())
                .containsExactlyInAnyOrder(
                        Translation.message(PORT),
                        Translation.message(ENDPOINT.withTimeout(Optional.of(Duration.ofHours(1)))));
    }

    private static <T> List<T> decoded(List<Change> changes, int type, Decoder<T> decoder) throws CodecException {
        List<T> messages = new ArrayList<>();
        for (Change change : changes) {
            Request request = change.request();
            if (request.type() == type) {
                messages.add(decoder.decode(Payload.of(CodecProperties.encoded(request.body()))));
            }
        }
        return messages;
    }

    private static TableState state(List<byte[]> datagrams) throws CodecException {
        List<TableMessage> tables = new ArrayList<>();
        TableState state = new TableState(
                new TableMessage("", 0),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                List.of(),
                List.of(),
                new ArrayList<>());
        for (byte[] datagram : datagrams) {
            for (NetlinkMessage message : split(datagram)) {
                if (message.type() == Nft.NEWTABLE) {
                    tables.add(TableMessage.decode(message.payload()));
                } else if (message.type() == Nft.NEWSET) {
                    state.sets().add(SetMessage.decode(message.payload()));
                } else if (message.type() == Nft.NEWCHAIN) {
                    state.chains().add(ChainMessage.decode(message.payload()));
                } else if (message.type() == Nft.NEWRULE) {
                    state.rules().add(RuleMessage.decode(message.payload()));
                } else if (message.type() == Nft.NEWSETELEM) {
                    state.elements().add(ElementMessage.decode(message.payload()));
                }
            }
        }
        return new TableState(
                tables.get(0), state.sets(), state.chains(), state.rules(), List.of(), List.of(), state.elements());
    }

    private static List<NetlinkMessage> split(byte[] datagram) throws CodecException {
        return NetlinkMessage.split(ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()), datagram.length);
    }

    /** Separated by empty lines. */
    private static List<byte[]> datagrams(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(NftCaptureTest.class.getResourceAsStream(name))) {
            List<byte[]> datagrams = new ArrayList<>();
            for (String hex : new String(stream.readAllBytes(), StandardCharsets.US_ASCII).split("\n\n")) {
                datagrams.add(HexFormat.of().parseHex(hex.replace("\n", "")));
            }
            return datagrams;
        }
    }

    @Test
    void ruleToTheByte() {
        NftRule rule = new NftRule(
                "why",
                List.of(
                        new NftStatement.Compare(NftField.INNER_VERSION, NftStatement.Relation.EQUAL, 4),
                        new NftStatement.Rewrite(NftField.IP_SADDR, List.of(NftField.IP_SADDR, NftField.TH_SPORT), "m"),
                        new NftStatement.Goto("c")));
        String load = "0c000100 7061796c 6f616400"; // NFTA_EXPR_NAME payload
        String bytes = "02000000 06000100 74000000 06000200 63000000" // AF_INET; NFTA_RULE_TABLE t, _CHAIN c
                + "c0010480" // NFTA_RULE_EXPRESSIONS
                + "34000180" + load
                + "24000280" // NFTA_LIST_ELEM, NFTA_EXPR_DATA: 1 byte at offset 8 of th to register 1
                + "08000100 00000001 08000200 00000002 08000300 00000008 08000400 00000001"
                + "44000180 0c000100 62697477 69736500 34000280" // bitwise
                + "08000100 00000001 08000200 00000001 08000300 00000001" // register 1 to itself, 1 byte
                + "0c000480 05000100 f0000000 0c000580 05000100 00000000" // & 0xf0 ^ 0
                + "2c000180 08000100 636d7000 20000280" // cmp
                + "08000100 00000001 08000200 00000000 0c000380 05000100 40000000" // register 1 == 0x40
                + "34000180" + load + "24000280" // 4 bytes at offset 12 of nh to register 1
                + "08000100 00000001 08000200 00000001 08000300 0000000c 08000400 00000004"
                + "34000180" + load + "24000280" // 2 bytes at offset 0 of th to register 9
                + "08000100 00000009 08000200 00000002 08000300 00000000 08000400 00000002"
                + "2c000180 0b000100 6c6f6f6b 75700000 1c000280" // lookup
                + "06000100 6d000000 08000200 00000001 08000300 00000001" // in m, from register 1, to register 1
                + "4c000180" + load + "3c000280" // register 1 to 4 bytes at offset 12 of nh
                + "08000500 00000001 08000200 00000001 08000300 0000000c 08000400 00000004"
                + "08000600 00000001 08000700 0000000a 08000800 00000001" // INET, at 10, PSEUDOHDR
                + "38000180 0e000100 696d6d65 64696174 65000000 24000280" // immediate
                + "08000100 00000000 18000280 14000280 08000100 fffffffc 06000200 63000000" // NFT_GOTO c
                + "0a000700 00047768 79000000"; // NFTA_RULE_USERDATA: a comment, 4 bytes

        assertThat(hex(new RuleMessage("t", "c", RuleWriter.expressions(rule), rule.comment())))
                .isEqualTo(compact(bytes));
    }

    @Test
    void meterAndItsRuleToTheByte() {
        NftSet meter = NftSet.meter("m", new NftSet.Meter(7, Duration.ofSeconds(10)), NftType.IPV4_ADDR);
        String set = "02000000 06000100 74000000 06000200 6d000000" // NFTA_SET_TABLE t, _NAME m
                + "08000300 00000030 08000400 00000007 08000500 00000004" // _FLAGS, _KEY_TYPE, _KEY_LEN
                + "08000a00 00000001 0c000980 08000100 00000007" // _ID, _DESC: _SIZE 7
                + "0c000b00 00000000 00002710" // _TIMEOUT 10000
                + "0a000d00 00040200 00000000"; // _USERDATA: of the key, big-endian
        assertThat(hex(Translation.message("t", meter))).isEqualTo(compact(set));

        NftRule rule = new NftRule(
                "",
                List.of(
                        new NftStatement.RateOverByKey(
                                "m", List.of(NftField.IP_SADDR), new NftStatement.RateOver(50, 100)),
                        new NftStatement.Queue(3)));
        String dynset = "0b000100 64796e73 65740000 60000280" // dynset
                + "06000100 6d000000 08000300 00000001 08000400 00000001" // m, UPDATE, key in register 1
                + "44000780 0a000100 6c696d69 74000000 34000280" // NFTA_DYNSET_EXPR: limit
                + "0c000100 00000000 00000032 0c000200 00000000 00000001" // rate 50, unit 1
                + "08000300 00000064 08000400 00000000 08000500 00000001"; // burst 100, PKTS, INV
        String queue = "0a000100 71756575 65000000 14000280 06000100 00030000 06000200 00010000"; // num 3, total 1
        assertThat(hex(new NftArbitraries.SingleExpression(
                        RuleWriter.expressions(rule).get(1))))
                .isEqualTo(compact(dynset));
        assertThat(hex(new NftArbitraries.SingleExpression(
                        RuleWriter.expressions(rule).get(2))))
                .isEqualTo(compact(queue));
    }

    @Test
    void elementToTheByte() {
        String bytes = "02000000 0b000100 69706970 6f750000 0e000200 656e6470 6f696e74 73000000" // table, set
                + "34000380 30000180" // NFTA_SET_ELEM_LIST_ELEMENTS, NFTA_LIST_ELEM
                + "14000180 10000100 c6336407 11940000 27100000" // _KEY: each part padded to 4 bytes
                + "0c000280 08000100 ac1d0001" // _DATA
                + "0c000400 00000000 000005dc"; // _TIMEOUT 1500
        NftElement element = ENDPOINT.withTimeout(Optional.of(Duration.ofMillis(1500)));

        assertThat(hex(Translation.message(element))).isEqualTo(compact(bytes));
    }

    @Test
    void nestedAttributesHaveNames() throws CodecException {
        NftRule rule = new NftRule("", List.of(new NftStatement.Counter(), new NftStatement.Queue(3)));
        RuleMessage message = new RuleMessage("t", "c", RuleWriter.expressions(rule), "");

        // struct nfgenmsg, the table, the chain, NFTA_RULE_EXPRESSIONS, and in it 44 bytes for the counter
        assertThat(CodecProperties.path(message, 24)).isEqualTo("NFTA_RULE_EXPRESSIONS/NFTA_LIST_ELEM#1");
        assertThat(CodecProperties.path(message, 68)).isEqualTo("NFTA_RULE_EXPRESSIONS/NFTA_LIST_ELEM#2");
        assertThat(CodecProperties.path(message, 72))
                .isEqualTo("NFTA_RULE_EXPRESSIONS/NFTA_LIST_ELEM#2/NFTA_EXPR_NAME");
        assertThat(CodecProperties.path(Translation.message(PORT), 40))
                .isEqualTo("NFTA_SET_ELEM_LIST_ELEMENTS/NFTA_LIST_ELEM/NFTA_SET_ELEM_KEY");
        assertThat(CodecProperties.path(TableMessage.deletion("t"), 4)).isEqualTo("NFTA_TABLE_NAME");
    }

    private static String hex(MessageBody message) {
        return HexFormat.of().formatHex(CodecProperties.encoded(message));
    }

    private static String compact(String hex) {
        return hex.replace(" ", "");
    }
}
