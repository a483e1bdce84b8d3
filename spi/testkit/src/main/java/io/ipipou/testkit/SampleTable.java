package io.ipipou.testkit;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Relation;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An nft table that uses every statement of the SPI, and elements of its sets and maps. */
public final class SampleTable {

    /** An element timeout that no test outlasts, short enough for a test to see it count down. */
    static final Optional<Duration> MINUTE = Optional.of(Duration.ofMinutes(1));

    static final NftStatement COUNTER = new NftStatement.Counter();
    static final NftStatement ACCEPT = new NftStatement.Accept();
    static final NftStatement DROP = new NftStatement.Drop();

    /** NF_IP_PRI_RAW. */
    private static final int RAW = -300;

    private SampleTable() {}

    /** A table shaped like a host's gate. */
    public static NftTable gate() {
        List<NftField> sender = List.of(NftField.IP_SADDR, NftField.TH_SPORT);
        List<NftField> endpoint = List.of(NftField.IP_SADDR, NftField.TH_SPORT, NftField.TH_DPORT);
        NftStatement isUdp = compare(NftField.L4PROTO, Relation.EQUAL, 17);
        NftStatement toCandidates = new NftStatement.Goto("candidates");
        NftChain prerouting = base(
                NftChain.Hook.PREROUTING,
                rule("straight to an alias", in("aliasaddrs", NftField.IP_DADDR), COUNTER, DROP),
                rule(
                        "IPIP without UDP",
                        compare(NftField.L4PROTO, Relation.EQUAL, 4),
                        in("pairs", NftField.IP_SADDR, NftField.IP_DADDR),
                        COUNTER,
                        DROP),
                rule("", compare(NftField.L4PROTO, Relation.NOT_EQUAL, 17), ACCEPT),
                rule(
                        "",
                        new NftStatement.Lookup(List.of(NftField.IP_DADDR, NftField.TH_DPORT), false, "listeners"),
                        ACCEPT),
                rule("", new NftStatement.Notrack()),
                rule("", compare(NftField.UDP_LENGTH, Relation.AT_MOST, 81), new NftStatement.Jump("proofs")),
                rule(
                        "",
                        compare(NftField.INNER_VERSION, Relation.EQUAL, 4),
                        new NftStatement.Rewrite(NftField.IP_DADDR, endpoint, "endpoints"),
                        ACCEPT),
                rule("", compare(NftField.UDP_LENGTH, Relation.EQUAL, 81), toCandidates),
                rule("", in("callers", NftField.IP_SADDR), toCandidates),
                rule("", in("callerports", NftField.TH_SPORT), toCandidates),
                rule("not admitted", COUNTER, DROP));
        NftChain proofs = chain(
                "proofs",
                rule(
                        "",
                        compare(NftField.UDP_LENGTH, Relation.EQUAL, 81),
                        compare(NftField.INNER_LENGTH, Relation.NOT_EQUAL, 73),
                        toCandidates),
                rule(
                        "",
                        compare(NftField.UDP_LENGTH, Relation.AT_LEAST, 8),
                        compare(NftField.UDP_LENGTH, Relation.AT_MOST, 27),
                        toCandidates));
        NftChain candidates = chain(
                "candidates",
                rule(
                        "too many from one source",
                        new NftStatement.RateOverByKey(
                                "sources", List.of(NftField.IP_SADDR), new NftStatement.RateOver(50, 100)),
                        COUNTER,
                        DROP),
                rule("too many in all", new NftStatement.RateOver(2000, 1000), COUNTER, DROP),
                rule("to the agent", COUNTER, new NftStatement.Queue(0)));
        NftChain output = base(
                NftChain.Hook.OUTPUT,
                rule("", isUdp, new NftStatement.Lookup(sender, true, "listeners"), new NftStatement.Notrack()),
                rule("", in("aliasaddrs", NftField.IP_SADDR), new NftStatement.Notrack()));
        NftChain postrouting = base(
                NftChain.Hook.POSTROUTING,
                rule("", isUdp, new NftStatement.Rewrite(NftField.IP_SADDR, sender, "aliases")));
        return new NftTable(
                KernelUnderTest.NFT_TABLE,
                List.of(
                        NftSet.set("listeners", NftType.IPV4_ADDR, NftType.INET_SERVICE),
                        NftSet.map(
                                "endpoints",
                                true,
                                NftType.IPV4_ADDR,
                                NftType.IPV4_ADDR,
                                NftType.INET_SERVICE,
                                NftType.INET_SERVICE),
                        NftSet.map("aliases", false, NftType.IPV4_ADDR, NftType.IPV4_ADDR, NftType.INET_SERVICE),
                        NftSet.set("aliasaddrs", NftType.IPV4_ADDR),
                        NftSet.set("pairs", NftType.IPV4_ADDR, NftType.IPV4_ADDR),
                        NftSet.set("callers", NftType.IPV4_ADDR),
                        NftSet.set("callerports", NftType.INET_SERVICE),
                        NftSet.meter("sources", new NftSet.Meter(65535, Duration.ofSeconds(10)), NftType.IPV4_ADDR)),
                List.of(prerouting, proofs, candidates, output, postrouting));
    }

    /** Element {@code number} of the map {@code endpoints}, 0..65535; its alias is {@link #alias} of the same number. */
    public static NftElement endpoint(int number) {
        return NftElement.of(
                        KernelUnderTest.NFT_TABLE,
                        "endpoints",
                        NftValue.of(new Ipv4(Ipv4.of("198.18.0.0").bits() + number)),
                        NftValue.port(65535 - number),
                        NftValue.port(10000))
                .withData(alias(number));
    }

    static NftValue alias(int number) {
        return NftValue.of(new Ipv4(Ipv4.of("172.29.0.0").bits() + number));
    }

    /** One element of each other set and map, except the meter {@code sources}, which packets fill. */
    public static List<NftElement> otherElements() {
        NftValue local = NftValue.of(KernelUnderTest.DEVICE_ADDRESS);
        NftValue remote = NftValue.of(Ipv4.of("255.0.1.254"));
        return List.of(
                element("listeners", local, NftValue.port(10000)),
                element("aliases", alias(0), NftValue.port(65535)).withData(local),
                element("aliasaddrs", alias(0)),
                element("pairs", remote, local),
                element("callers", remote),
                element("callerports", NftValue.port(0)));
    }

    static NftElement element(String set, NftValue... key) {
        return NftElement.of(KernelUnderTest.NFT_TABLE, set, key);
    }

    static NftChain chain(String name, NftRule... rules) {
        return new NftChain(name, Optional.empty(), List.of(rules));
    }

    /** A base chain named after its hook. */
    static NftChain base(NftChain.Hook hook, NftRule... rules) {
        return new NftChain(hook.toString(), Optional.of(NftChain.Base.filter(hook, RAW)), List.of(rules));
    }

    static NftRule rule(String comment, NftStatement... statements) {
        return new NftRule(comment, List.of(statements));
    }

    static NftStatement compare(NftField field, Relation relation, int value) {
        return new NftStatement.Compare(field, relation, value);
    }

    static NftStatement in(String set, NftField... key) {
        return new NftStatement.Lookup(List.of(key), true, set);
    }

    /** The table with the chain in place of its chain of the same name. */
    static NftTable replaceChain(NftTable table, NftChain chain) {
        List<NftChain> chains = table.chains().stream()
                .map(old -> old.name().equals(chain.name()) ? chain : old)
                .toList();
        return new NftTable(table.name(), table.sets(), chains);
    }

    static NftElement caller(int number) {
        return element("callers", NftValue.of(new Ipv4(number)));
    }

    static NftTable table(List<NftSet> sets, NftChain... chains) {
        return new NftTable(KernelUnderTest.NFT_TABLE, sets, List.of(chains));
    }
}
