package io.ipipou.testbed;

import static io.ipipou.testkit.KernelUnderTest.NFT_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.NftTable;
import io.ipipou.testkit.SampleTable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes that someone makes to the gate with {@code nft}: each is seen, and one update repairs it. */
@KernelDependent
final class GateDriftKernelTest {

    private static final NftTable GATE = SampleTable.gate();

    /** Additions, many of them of things that ipipou's records cannot express. */
    private static final List<String> ADDITIONS = List.of(
            "add table ip ipipou { flags dormant; }",
            "add counter ip ipipou other",
            "add quota ip ipipou other { over 25 mbytes }",
            "add flowtable ip ipipou other { hook ingress priority 0; devices = { eth0 }; }",
            "add chain ip ipipou other",
            "add chain ip ipipou other { type nat hook postrouting priority 100; }",
            "add chain ip ipipou prerouting { policy drop; }",
            "add set ip ipipou other { type ipv4_addr; flags interval; }",
            "add set ip ipipou other { type ipv4_addr; size 5; }",
            "add set ip ipipou other { type ipv4_addr; flags constant; elements = { 1.2.3.4 } }",
            "add set ip ipipou other { type inet_proto; elements = { tcp } }",
            "add set ip ipipou other { type ipv4_addr . mark; }",
            "add map ip ipipou other { type ipv4_addr : verdict; elements = { 1.2.3.4 : accept } }",
            "add map ip ipipou other { type ipv4_addr : mark; elements = { 1.2.3.4 : 5 } }",
            insert("accept"),
            insert("counter"),
            insert("tcp dport 22 accept"),
            insert("udp dport { 1, 2 } accept"),
            insert("udp dport 80-90 accept"),
            insert("ip saddr 198.51.100.0/24 accept"),
            insert("ip saddr 198.51.100.7 accept"),
            insert("ip saddr vmap { 198.51.100.7 : accept }"),
            insert("ip saddr . udp sport vmap { 198.51.100.7 . 5 : drop }"),
            insert("ct state established accept"),
            insert("iifname \"eth0\" accept"),
            insert("meta mark set 7 comment \"marks\""),
            insert("meta mark set ip saddr map { 198.51.100.7 : 7 }"),
            insert("ip daddr set 198.51.100.7 accept"),
            insert("udp dport set 7"),
            insert("udp length 81 accept"),
            insert("limit rate 5/second accept"),
            insert("limit rate over 5 kbytes/second drop"),
            insert("log prefix \"other\" counter"),
            insert("fib daddr type local accept"),
            insert("queue num 1-3"),
            insert("return"),
            insert("continue"),
            insert("add @callers { ip saddr }"),
            insert("numgen inc mod 2 0 accept"),
            insert("jhash ip saddr mod 2 0 accept"),
            insert("reject"));

    /** Changes that leave the table looking much the same. */
    private static final List<String> CHANGES = List.of(
            change("counter queue num 0", "counter queue num 0 bypass"),
            change("counter queue num 0", "counter queue num 1"),
            change("counter queue num 0", "counter packets 5 bytes 6 queue num 0-1"),
            change("update @sources", "add @sources"),
            change("{ ip saddr limit rate over 50/second", "{ ip daddr limit rate over 50/second"),
            change("{ ip saddr limit rate over", "{ ip saddr timeout 5s limit rate over"),
            change("{ ip saddr limit rate over", "{ ip saddr counter limit rate over"),
            change("limit rate over 50/second", "limit rate 50/second"),
            change("limit rate over 50/second", "limit rate over 50/minute"),
            change("limit rate over 2000/second", "limit rate 2000/second"),
            change("limit rate over 2000/second burst 1000", "limit rate over 2000/minute burst 1000"),
            change("burst 1000 packets", "burst 1001 packets"),
            change("th dport != @listeners", "th dport @listeners"),
            change("ip daddr . th dport != @listeners", "ip saddr . th dport != @listeners"),
            change("meta l4proto 17 ip saddr . th sport @listeners", "meta l4proto 6 ip saddr . th sport @listeners"),
            change("meta l4proto 17 ip saddr . th sport @listeners", "ip saddr . th sport @listeners"),
            change("@th,64,4 4", "@th,64,4 5"),
            change("@th,64,4 4", "@th,64,8 4"),
            change("@th,64,4 4", "@th,68,4 4"),
            change("@th,64,4 4", "@nh,64,4 4"),
            change("@th,64,4 4", "@th,64,4 != 4"),
            change("@th,32,16 81 @th,80,16", "@th,16,16 81 @th,80,16"),
            change("@th,32,16 <= 81", "@th,32,16 < 81"),
            change("@th,32,16 <= 81", "@th,32,16 <= 337"),
            change("@th,32,16 >= 8 @th", "@th,32,16 != 8 @th"),
            change("jump proofs", "goto proofs"),
            change("81 goto candidates", "81 jump candidates"),
            change("ip daddr set ip saddr . th sport . th dport", "ip saddr set ip saddr . th sport . th dport"),
            change("ip saddr . th sport . th dport map", "ip saddr . th dport . th sport map"),
            change("ip saddr . th sport map @aliases", "ip daddr . th sport map @aliases"),
            change("counter drop comment \"not admitted\"", "counter accept comment \"not admitted\""),
            change("counter drop comment \"not admitted\"", "drop comment \"not admitted\""),
            change("counter drop comment \"not admitted\"", "counter drop comment \"admitted\""),
            change("counter drop comment \"not admitted\"", "counter drop"),
            change("hook output priority -300; policy accept", "hook output priority -299; policy accept"),
            change("hook output priority -300; policy accept", "hook input priority -300; policy accept"),
            change("type filter hook output", "type route hook output"),
            change("hook output priority -300; policy accept", "hook output priority -300; policy drop"),
            change(
                    "set pairs { type ipv4_addr . ipv4_addr;",
                    "set pairs { type ipv4_addr . ipv4_addr; flags interval;"),
            change("set pairs { type ipv4_addr . ipv4_addr;", "set pairs { type ipv4_addr . ipv4_addr; flags timeout;"),
            change("set pairs { type ipv4_addr . ipv4_addr;", "set pairs { type ipv4_addr . ipv4_addr; size 100;"),
            change(
                    "set callers { type ipv4_addr;",
                    "set callers { type mark;",
                    "ip saddr @callers",
                    "meta mark @callers"),
            change("set callers { type ipv4_addr;", "set callers { type ipv4_addr; counter;"),
            change("flags timeout;", "flags timeout; timeout 1h;"),
            change("size 65535;", "size 65534;"),
            change("timeout 10000ms;", "timeout 11s;"));

    private static String insert(String rule) {
        return "insert rule ip ipipou prerouting " + rule;
    }

    /** @param words pairs of a text in the table and what replaces it */
    private static String change(String... words) {
        String text = IpOutsideChanges.nftText("ip", GATE);
        for (int i = 0; i < words.length; i += 2) {
            if (!text.contains(words[i])) {
                throw new IllegalArgumentException("the table has no " + words[i]);
            }
            text = text.replace(words[i], words[i + 1]);
        }
        return "delete table ip ipipou\n" + text;
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void aTableLoadedByNftIsReadAsTheSameTable(String id) throws Exception {
        try (RealKernel kernel = RealKernel.forBackend(id);
                Backend backend = kernel.open()) {
            kernel.outsideChanges().nftTableAdd("ip", GATE);
            assertThat(backend.observe().table()).contains(GATE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void everyChangeIsSeenAndRepaired(String id) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        try (RealKernel kernel = RealKernel.forBackend(id);
                Backend backend = kernel.open()) {
            IpOutsideChanges outside = kernel.outsideChanges();
            execute(backend, Operation.create(GATE));
            List<String> before = lines(outside);
            for (String script :
                    Stream.concat(ADDITIONS.stream(), CHANGES.stream()).toList()) {
                try {
                    outside.nft(script);
                    Optional<NftTable> seen = backend.observe().table();
                    assertThat(seen).isPresent();
                    assertThat(seen).isNotEqualTo(Optional.of(GATE));
                    execute(backend, Operation.update(seen.get(), GATE));
                    assertThat(lines(outside)).isEqualTo(before);
                } catch (AssertionError | BackendException failure) {
                    softly.fail(script.startsWith("delete") ? difference(script) : script, failure);
                    outside.nftFlush();
                    execute(backend, Operation.create(GATE));
                }
            }
            assertThat(backend.observe().table()).contains(GATE);
        }
        softly.assertAll();
    }

    private static void execute(Backend backend, Operation operation) throws BackendException {
        assertThat(backend.execute(List.of(operation))).containsExactly(Outcome.done(operation));
    }

    /** The table as {@code nft} prints it, sorted, since the order of sets and chains does not matter. */
    private static List<String> lines(IpOutsideChanges outside) {
        return outside.nftText("ip", NFT_TABLE)
                .lines()
                .map(line -> line.replaceFirst(" # handle [0-9]+$", ""))
                .sorted()
                .toList();
    }

    private static String difference(String script) {
        List<String> unchanged = IpOutsideChanges.nftText("ip", GATE).lines().toList();
        return script.lines().skip(1).filter(line -> !unchanged.contains(line)).collect(Collectors.joining("\n"));
    }
}
