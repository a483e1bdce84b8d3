package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Output of nft 1.0.6 on Linux 6.1, recorded by {@code recorded/record-nft}. */
final class NftListingTest {

    private static final NftValue ALIAS = address("172.29.0.1");
    private static final NftValue PORT = NftValue.port(10000);

    static NftSnapshot recorded(String file) throws IOException, BackendException {
        return new NftListing("ipipou", Recorded.text("6.1/nft/" + file)).snapshot();
    }

    private static NftValue address(String text) {
        return NftValue.of(Ipv4.of(text));
    }

    private static NftElement element(String set, NftValue... key) {
        return NftElement.of("ipipou", set, key);
    }

    @Test
    void theGateIsParsed() throws Exception {
        assertThat(recorded("gate").table()).isEqualTo(SampleTable.gate());
    }

    @Test
    void elementsAreParsed() throws Exception {
        NftElement shortTimeout = element("endpoints", address("198.51.100.3"), NftValue.port(7), PORT)
                .withData(address("172.29.0.2"))
                .withTimeout(Optional.of(Duration.ofMillis(1500)));
        NftElement longTimeout = element("endpoints", address("198.51.100.1"), NftValue.port(1234), PORT)
                .withData(ALIAS)
                .withTimeout(Optional.of(Duration.ofSeconds(90061)));
        assertThat(recorded("gate").elements())
                .usingElementComparator((a, b) -> a.equalsIgnoringTimeout(b) ? 0 : 1)
                .containsExactlyInAnyOrder(
                        shortTimeout,
                        longTimeout,
                        element("endpoints", address("198.51.100.2"), NftValue.port(1234), PORT)
                                .withData(ALIAS),
                        element("aliases", ALIAS, NftValue.port(53)).withData(address("203.0.113.1")),
                        element("aliasaddrs", ALIAS),
                        element("listeners", address("203.0.113.1"), PORT),
                        element("callerports", NftValue.port(0)),
                        element("callerports", NftValue.port(65535)),
                        element("pairs", address("203.0.113.1"), address("255.0.1.254")),
                        element("pairs", address("1.2.3.4"), address("5.6.7.8")),
                        element("pairs", address("8.8.8.8"), address("9.9.9.9")));
        for (NftElement timed : List.of(shortTimeout, longTimeout)) {
            assertThat(recorded("gate").elements())
                    .filteredOn(timed::equalsIgnoringTimeout)
                    .allSatisfy(element -> assertThat(element.timeout().orElseThrow())
                            .isBetween(
                                    timed.timeout().orElseThrow().minusSeconds(1),
                                    timed.timeout().orElseThrow()));
        }
    }

    @Test
    void countersAreParsed() throws Exception {
        assertThat(recorded("counted").counters())
                .containsEntry("all that comes in", new RuleCounter(3, 3 * 36))
                .containsEntry("not admitted", new RuleCounter(0, 0))
                .hasSize(7);
    }

    /** libnftnl 1.3.1 prints data as bytes instead of words. */
    @Test
    void theGateIsParsedFromALaterVersionToo() throws Exception {
        String later = Pattern.compile("(?<=[ ])0x0000([0-9a-f]{2})([0-9a-f]{2})(?= )")
                .matcher(Recorded.text("6.1/nft/gate"))
                .replaceAll(word ->
                        word.group(1).equals("00") ? "0x" + word.group(2) : "0x" + word.group(2) + word.group(1))
                .replace(" 0x51 ", " 0x0051 ")
                .replace(" timeout 0ms", "")
                .replace(" 0x0 ]", " ]");
        assertThat(later).contains("cmp eq reg 1 0x0051 ]", "& 0xf0 ) ^ 0x00 ]", "set endpoints dreg 1 ]");

        assertThat(new NftListing("ipipou", later).snapshot().table()).isEqualTo(SampleTable.gate());
    }

    @Test
    void unsupportedObjectsAreRepresentedAsUnknown() throws Exception {
        NftTable table = recorded("unsupported").table();
        assertThat(table.sets())
                .containsExactlyInAnyOrder(
                        NftSet.meter("c", new NftSet.Meter(65535, Duration.ofMillis(10_500)), NftType.IPV4_ADDR),
                        NftSet.set("n", NftType.IPV4_ADDR),
                        NftSet.set("pairs", NftType.IPV4_ADDR, NftType.INET_SERVICE));
        assertThat(table.chains())
                .extracting(NftChain::name)
                .containsExactlyInAnyOrder(
                        "one",
                        "two",
                        "three",
                        "four",
                        "five",
                        "flags dormant",
                        "set a",
                        "set b",
                        "set d",
                        "set e",
                        "set f",
                        "set g",
                        "map h",
                        "map i",
                        "map j",
                        "set k",
                        "set l",
                        "set m",
                        "counter cn",
                        "quota qn",
                        "limit ln",
                        "ct helper ftp",
                        "flowtable ft");
        assertThat(chain(table, "set a").rules())
                .singleElement()
                .hasToString("type ipv4_addr; flags interval; comment \"a set\"");
        assertThat(recorded("unsupported").objects())
                .contains(
                        new NftSnapshot.TableObject("ct helper", "ftp"), new NftSnapshot.TableObject("flowtable", "ft"))
                .hasSize(table.sets().size() + table.chains().size() - 1);
        assertThat(recorded("unsupported").elements())
                .containsExactlyInAnyOrder(element("n", address("1.2.3.4")), element("n", address("1.2.3.7")));
    }

    @Test
    void baseChainsAreParsed() throws Exception {
        NftTable table = recorded("unsupported").table();
        assertThat(chain(table, "one").base()).isEmpty();
        assertThat(chain(table, "two").base()).contains(new NftChain.Base("filter", NftChain.Hook.INPUT, 0, false));
        assertThat(chain(table, "three").base())
                .contains(new NftChain.Base("nat", NftChain.Hook.PREROUTING, -100, true));
        assertThat(chain(table, "four").base()).contains(new NftChain.Base("route", NftChain.Hook.OUTPUT, -5, true));
    }

    /** Including rules that look supported in the listing, but not in their expressions. */
    @Test
    void unsupportedRulesKeepTheirText() throws Exception {
        List<NftRule> rules = chain(recorded("unsupported").table(), "five").rules();
        assertThat(rules.get(0)).isEqualTo(rule("", new NftStatement.Counter()));
        assertThat(rules.get(1)).isEqualTo(rule("plain", new NftStatement.Counter()));
        assertThat(rules.get(3))
                .isEqualTo(rule(
                        "fine", is(NftField.INNER_VERSION, 4), is(NftField.UDP_LENGTH, 81), new NftStatement.Accept()));
        assertThat(rules.get(4))
                .isEqualTo(rule(
                        "",
                        is(NftField.TH_SPORT, 5),
                        is(NftField.TH_DPORT, 6),
                        is(NftField.IP_SADDR, 0x01020304),
                        is(NftField.IP_DADDR, 0xc0000201),
                        new NftStatement.Accept()));
        assertThat(rules.get(5))
                .isEqualTo(rule("", is(NftField.L4PROTO, 4), is(NftField.TH_SPORT, 5), new NftStatement.Accept()));
        assertThat(rules.get(6).comment()).isEqualTo("less \\ # handle 7");
        assertThat(rules.get(8))
                .isEqualTo(rule(
                        "",
                        new NftStatement.Lookup(List.of(NftField.IP_SADDR, NftField.TH_SPORT), true, "pairs"),
                        new NftStatement.Accept()));
        assertThat(List.of(rules.get(2), rules.get(6), rules.get(7)))
                .extracting(NftRule::statements)
                .extracting(Object::toString)
                .containsExactly(
                        "[@th,64,8 0x4 accept]",
                        "[meta l4proto udp counter udp length < 81 accept]",
                        "[ip daddr set 192.0.2.1]");
        assertThat(rules.subList(9, rules.size())).hasSize(10).allSatisfy(rule -> assertThat(rule.statements())
                .singleElement()
                .isInstanceOf(NftStatement.Unknown.class));
        assertThat(rules.get(9)).hasToString("log prefix \"comment\" counter");
        assertThat(recorded("unsupported").counters())
                .isEqualTo(Map.of("plain", new RuleCounter(0, 0), "less \\ # handle 7", new RuleCounter(5, 6)));
    }

    @Test
    void outputWithoutTheTableIsAnError() {
        for (String text : List.of("", "Segmentation fault", "table ip other {\n}\n", "table ip6 ipipou {\n}\n")) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(() -> new NftListing("ipipou", text).snapshot())
                    .withMessageContaining("not the table ipipou");
        }
    }

    /** Without {@code --debug=netlink} output it is unknown what the rules do. */
    @Test
    void withoutExpressionsEveryRuleIsUnknown() throws Exception {
        String text = Recorded.text("6.1/nft/gate");
        NftTable table = new NftListing("ipipou", text.substring(text.indexOf("table ip ipipou {")))
                .snapshot()
                .table();
        assertThat(table.sets()).isEqualTo(SampleTable.gate().sets());
        assertThat(table.chains())
                .hasSize(5)
                .flatExtracting(NftChain::rules)
                .hasSize(19)
                .allSatisfy(
                        rule -> assertThat(rule.statements()).singleElement().isInstanceOf(NftStatement.Unknown.class));
    }

    @Test
    void expressionsOfAnInterruptedDumpAreIgnored() throws Exception {
        String text = Recorded.text("6.1/nft/gate");
        String expressions = text.substring(0, text.indexOf("table ip ipipou {"));
        String stale = expressions.replace("reg 0 drop", "reg 0 accept")
                + "ip ipipou proofs 77\n  [ counter pkts 0 bytes 0 ]\n\n";
        assertThat(new NftListing("ipipou", stale + text).snapshot().table()).isEqualTo(SampleTable.gate());
    }

    /** Names and comments that were not written by nft may contain a line break, which must not hide a rule. */
    @Test
    void aRuleHiddenInTheListingMakesADifference() throws Exception {
        String text = Recorded.text("6.1/nft/gate");
        String hidden = text.replace("\t\tnotrack # handle 21\n", "");
        String broken = text.replace("  [ notrack ]\n", "  [ log prefix a\nb ]\n  [ notrack ]\n");
        String badType = text.replace("\tchain proofs { # handle 1\n", "\tchain proofs { # handle 1\n\t\ttype odd;\n");
        for (String changed : List.of(hidden, broken, badType)) {
            assertThat(changed).isNotEqualTo(text);
            assertThat(new NftListing("ipipou", changed).snapshot().table()).isNotEqualTo(SampleTable.gate());
        }
    }

    private static NftChain chain(NftTable table, String name) {
        return table.chains().stream()
                .filter(chain -> chain.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static NftRule rule(String comment, NftStatement... statements) {
        return new NftRule(comment, List.of(statements));
    }

    private static NftStatement is(NftField field, int value) {
        return new NftStatement.Compare(field, NftStatement.Relation.EQUAL, value);
    }
}
