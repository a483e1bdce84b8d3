package io.ipipou.core.desired;

import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftChain.Base;
import io.ipipou.spi.state.NftChain.Hook;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Accept;
import io.ipipou.spi.state.NftStatement.Compare;
import io.ipipou.spi.state.NftStatement.Counter;
import io.ipipou.spi.state.NftStatement.Drop;
import io.ipipou.spi.state.NftStatement.Goto;
import io.ipipou.spi.state.NftStatement.Jump;
import io.ipipou.spi.state.NftStatement.Lookup;
import io.ipipou.spi.state.NftStatement.Notrack;
import io.ipipou.spi.state.NftStatement.Queue;
import io.ipipou.spi.state.NftStatement.RateOver;
import io.ipipou.spi.state.NftStatement.RateOverByKey;
import io.ipipou.spi.state.NftStatement.Relation;
import io.ipipou.spi.state.NftStatement.Rewrite;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The nftables table that stands before the tunnels. The kernel's IPIP looks at addresses alone, so this decides which
 * packets reach it: what comes from an admitted endpoint, with its destination rewritten to the tunnel's own address.
 * What may be a proof goes to the agent; the rest is dropped. Every packet costs the same however many tunnels there
 * are.
 *
 * @param table the table's name
 * @param aliasRange where all aliases are
 */
public record Gate(String table, Ipv4Prefix aliasRange) {

    /** Where gated tunnels receive: address and port. */
    public static final String LISTENERS = "listeners";

    /** Who may send: source address, source port and local port, and the address of the tunnel it belongs to. */
    public static final String ENDPOINTS = "endpoints";

    private static final String ADDRESSES = "addresses";
    private static final String ALIASES = "aliases";
    private static final String ALIAS_ADDRESSES = "aliasaddrs";
    private static final String PAIRS = "pairs";
    private static final String CALLERS = "callers";
    private static final String CALLER_PORTS = "callerports";
    private static final String SOURCES = "sources";

    private static final String PREROUTING = "prerouting";
    private static final String ARRIVING = "arriving";
    private static final String NATIVE = "native";
    private static final String PROOFS = "proofs";
    private static final String CANDIDATES = "candidates";

    /** Of the rules that count what is not let in; status shows them under these names. */
    public static final String COUNT_ALIAS = "straight to an alias";

    public static final String COUNT_NATIVE = "IPIP without UDP";
    public static final String COUNT_UNKNOWN = "neither admitted nor a proof";
    public static final String COUNT_SOURCE_RATE = "too many from one source";
    public static final String COUNT_TOTAL_RATE = "too many in all";
    public static final String COUNT_QUEUED = "to the agent";

    /** NF_IP_PRI_RAW of linux/netfilter_ipv4.h: before connection tracking. */
    private static final int RAW = -300;

    private static final int IPPROTO_IPIP = 4;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV4 = 4;

    /** A peer sends a proof now and then, and several may stand behind one address. */
    private static final RateOver SOURCE_RATE = new RateOver(50, 100);

    /** What an agent verifies without falling behind. */
    private static final RateOver TOTAL_RATE = new RateOver(2000, 1000);

    private static final NftSet.Meter METER = new NftSet.Meter(65535, Duration.ofSeconds(10));

    private static final NftRule TO_ANY_OF_OURS = toUs(in(ADDRESSES, NftField.IP_DADDR));

    /** Whether a table is one that this class describes: by its map, since a stranger may have changed the rest. */
    public static boolean isManaged(NftTable table) {
        return table.set(ENDPOINTS).filter(endpointsSet()::equals).isPresent();
    }

    /**
     * What stands between two tables while tunnels move from the addresses of the one to those of the other: all that are
     * in the set are gated.
     */
    public static NftTable between(NftTable before, NftTable after) {
        if (firstRule(before).equals(firstRule(after))) {
            return after;
        }
        List<NftChain> chains = new ArrayList<>(after.chains());
        chains.replaceAll(chain -> chain.name().equals(PREROUTING) ? withFirstRule(chain, TO_ANY_OF_OURS) : chain);
        return new NftTable(after.name(), after.sets(), chains);
    }

    private static Optional<NftRule> firstRule(NftTable table) {
        return table.chains().stream()
                .filter(chain -> chain.name().equals(PREROUTING))
                .flatMap(chain -> chain.rules().stream())
                .findFirst();
    }

    private static NftChain withFirstRule(NftChain chain, NftRule rule) {
        List<NftRule> rules = new ArrayList<>(chain.rules());
        rules.set(0, rule);
        return new NftChain(chain.name(), chain.base(), rules);
    }

    /**
     * The whole table, its sets empty.
     *
     * @param queue the NFQUEUE number
     * @param addresses where gated tunnels receive
     * @param shapes of possible proofs
     */
    NftTable table(int queue, Set<Ipv4> addresses, Collection<PacketShape> shapes) {
        List<Lengths> lengths = shapes.stream()
                .filter(shape -> shape.address().isEmpty() && shape.port().isEmpty())
                .map(shape -> new Lengths(shape.minLength(), shape.maxLength()))
                .distinct()
                .sorted(Comparator.comparing(Lengths::min).thenComparing(Lengths::max))
                .toList();
        return new NftTable(
                table,
                sets(),
                List.of(
                        new NftChain(
                                PREROUTING, Optional.of(Base.filter(Hook.PREROUTING, RAW)), byDestination(addresses)),
                        new NftChain(ARRIVING, Optional.empty(), arriving(lengths)),
                        new NftChain(NATIVE, Optional.empty(), withoutUdp()),
                        new NftChain(PROOFS, Optional.empty(), disguised(lengths)),
                        new NftChain(CANDIDATES, Optional.empty(), candidates(queue)),
                        new NftChain("output", Optional.of(Base.filter(Hook.OUTPUT, RAW)), leaving()),
                        new NftChain(
                                "postrouting",
                                Optional.of(Base.filter(Hook.POSTROUTING, RAW)),
                                List.of(rule(
                                        "",
                                        is(NftField.L4PROTO, IPPROTO_UDP),
                                        new Rewrite(
                                                NftField.IP_SADDR,
                                                List.of(NftField.IP_SADDR, NftField.TH_SPORT),
                                                ALIASES))))));
    }

    List<NftElement> listener(Ipv4 address, int port) {
        return List.of(
                NftElement.of(table, ADDRESSES, NftValue.of(address)),
                NftElement.of(table, LISTENERS, NftValue.of(address), NftValue.port(port)));
    }

    /** @param local the address of the tunnel */
    NftElement admission(Endpoint source, int port, Ipv4 local, Optional<Duration> timeout) {
        return new NftElement(table, ENDPOINTS, admissionKey(source, port), Optional.of(NftValue.of(local)), timeout);
    }

    /** What the map of endpoints knows a peer by: where it is, and the local port it sends to. */
    public static List<NftValue> admissionKey(Endpoint source, int port) {
        return List.of(NftValue.of(source.address()), NftValue.port(source.port()), NftValue.port(port));
    }

    /** What lets an alias stand for a public address, and for nothing else. */
    List<NftElement> alias(Ipv4 alias, int port, Ipv4 address) {
        return List.of(
                NftElement.of(table, ALIAS_ADDRESSES, NftValue.of(alias)),
                NftElement.of(table, ALIASES, NftValue.of(alias), NftValue.port(port))
                        .withData(NftValue.of(address)));
    }

    /** The addresses of a tunnel without an alias, which IPIP without UDP could reach. */
    NftElement pair(Ipv4 remote, Ipv4 local) {
        return NftElement.of(table, PAIRS, NftValue.of(remote), NftValue.of(local));
    }

    /** A source whose packets may be proofs whatever their lengths; empty for a shape of certain lengths. */
    Optional<NftElement> caller(PacketShape shape) {
        return shape.address()
                .map(address -> NftElement.of(table, CALLERS, NftValue.of(address)))
                .or(() -> shape.port().map(port -> NftElement.of(table, CALLER_PORTS, NftValue.port(port))));
    }

    private static NftSet endpointsSet() {
        return NftSet.map(
                ENDPOINTS, true, NftType.IPV4_ADDR, NftType.IPV4_ADDR, NftType.INET_SERVICE, NftType.INET_SERVICE);
    }

    private static List<NftSet> sets() {
        return List.of(
                endpointsSet(),
                NftSet.set(ADDRESSES, NftType.IPV4_ADDR),
                NftSet.set(LISTENERS, NftType.IPV4_ADDR, NftType.INET_SERVICE),
                NftSet.map(ALIASES, false, NftType.IPV4_ADDR, NftType.IPV4_ADDR, NftType.INET_SERVICE),
                NftSet.set(ALIAS_ADDRESSES, NftType.IPV4_ADDR),
                NftSet.set(PAIRS, NftType.IPV4_ADDR, NftType.IPV4_ADDR),
                NftSet.set(CALLERS, NftType.IPV4_ADDR),
                NftSet.set(CALLER_PORTS, NftType.INET_SERVICE),
                NftSet.meter(SOURCES, METER, NftType.IPV4_ADDR));
    }

    /** What is to none of our addresses, as all that comes out of tunnels, is to cost as little as can be. */
    private List<NftRule> byDestination(Set<Ipv4> addresses) {
        // A comparison costs less than a search, and hardly a host has a second address.
        NftRule toUs = addresses.size() == 1
                ? toUs(is(NftField.IP_DADDR, addresses.iterator().next().bits()))
                : TO_ANY_OF_OURS;
        return List.of(
                toUs,
                // Likewise; and hardly a packet is for the range.
                rule(
                        COUNT_ALIAS,
                        new Compare(
                                NftField.IP_DADDR,
                                Relation.AT_LEAST,
                                aliasRange.address().bits()),
                        new Compare(
                                NftField.IP_DADDR,
                                Relation.AT_MOST,
                                aliasRange.last().bits()),
                        in(ALIAS_ADDRESSES, NftField.IP_DADDR),
                        new Counter(),
                        new Drop()));
    }

    /** Packets of those who are let in are looked at first; only a listener's port has any. */
    private static List<NftRule> arriving(List<Lengths> lengths) {
        List<NftRule> rules = new ArrayList<>();
        rules.add(rule("", new Compare(NftField.L4PROTO, Relation.NOT_EQUAL, IPPROTO_UDP), new Goto(NATIVE)));
        Lengths.around(lengths).ifPresent(any -> rules.add(rule("", any.match(), new Jump(PROOFS))));
        rules.add(rule(
                "",
                is(NftField.INNER_VERSION, IPV4),
                new Rewrite(
                        NftField.IP_DADDR, List.of(NftField.IP_SADDR, NftField.TH_SPORT, NftField.TH_DPORT), ENDPOINTS),
                new Notrack(),
                new Accept()));
        rules.add(notForAListener());
        rules.add(rule("", new Notrack()));
        lengths.forEach(range -> rules.add(rule("", range.match(), new Goto(CANDIDATES))));
        rules.add(rule("", in(CALLERS, NftField.IP_SADDR), new Goto(CANDIDATES)));
        rules.add(rule("", in(CALLER_PORTS, NftField.TH_SPORT), new Goto(CANDIDATES)));
        rules.add(rule(COUNT_UNKNOWN, new Counter(), new Drop()));
        return rules;
    }

    private static NftRule toUs(NftStatement match) {
        return rule("", match, new Goto(ARRIVING));
    }

    private static NftRule notForAListener() {
        return rule("", new Lookup(List.of(NftField.IP_DADDR, NftField.TH_DPORT), false, LISTENERS), new Accept());
    }

    /** Of all that is not UDP, only what could reach a tunnel by itself is of interest; the rest is let through. */
    private static List<NftRule> withoutUdp() {
        return List.of(rule(
                COUNT_NATIVE,
                is(NftField.L4PROTO, IPPROTO_IPIP),
                in(PAIRS, NftField.IP_SADDR, NftField.IP_DADDR),
                new Counter(),
                new Drop()));
    }

    /**
     * Proofs that look like inner IPv4, as one signature in sixteen does, but whose third and fourth octet are not their
     * length: no inner packet is like that, so the agent also sees them when they come from an admitted endpoint.
     */
    private static List<NftRule> disguised(List<Lengths> lengths) {
        List<NftRule> rules = new ArrayList<>(List.of(notForAListener()));
        for (Lengths range : lengths) {
            if (range.min() < IPV4_HEADER) {
                Lengths runts = new Lengths(range.min(), Math.min(range.max(), IPV4_HEADER - 1));
                rules.add(rule("", runts.match(), new Goto(CANDIDATES)));
            } else if (range.min() == range.max()) {
                NftStatement notItsLength = new Compare(NftField.INNER_LENGTH, Relation.NOT_EQUAL, range.min());
                List<NftStatement> match = new ArrayList<>(range.match());
                match.add(notItsLength);
                rules.add(rule("", match, new Goto(CANDIDATES)));
            }
        }
        return rules;
    }

    private static List<NftRule> candidates(int queue) {
        return List.of(
                rule(
                        COUNT_SOURCE_RATE,
                        new RateOverByKey(SOURCES, List.of(NftField.IP_SADDR), SOURCE_RATE),
                        new Counter(),
                        new Drop()),
                rule(COUNT_TOTAL_RATE, TOTAL_RATE, new Counter(), new Drop()),
                rule(COUNT_QUEUED, new Counter(), new Queue(queue)));
    }

    /** Outer packets of a tunnel are no connections: nothing may track, or masquerade, them. */
    private static List<NftRule> leaving() {
        return List.of(
                rule(
                        "",
                        is(NftField.L4PROTO, IPPROTO_UDP),
                        in(LISTENERS, NftField.IP_SADDR, NftField.TH_SPORT),
                        new Notrack()),
                rule("", in(ALIAS_ADDRESSES, NftField.IP_SADDR), new Notrack()));
    }

    private static NftRule rule(String comment, NftStatement... statements) {
        return new NftRule(comment, List.of(statements));
    }

    private static NftRule rule(String comment, List<NftStatement> match, NftStatement verdict) {
        List<NftStatement> statements = new ArrayList<>(match);
        statements.add(verdict);
        return new NftRule(comment, statements);
    }

    private static Compare is(NftField field, int value) {
        return new Compare(field, Relation.EQUAL, value);
    }

    private static Lookup in(String set, NftField... key) {
        return new Lookup(List.of(key), true, set);
    }

    /** Payload lengths of possible proofs, in octets. */
    private record Lengths(int min, int max) {
        /** The shortest range that has all of them in it; empty without any. */
        static Optional<Lengths> around(List<Lengths> ranges) {
            return ranges.stream().reduce((a, b) -> new Lengths(Math.min(a.min, b.min), Math.max(a.max, b.max)));
        }

        List<NftStatement> match() {
            return min == max
                    ? List.of(is(NftField.UDP_LENGTH, UDP_HEADER + min))
                    : List.of(
                            new Compare(NftField.UDP_LENGTH, Relation.AT_LEAST, UDP_HEADER + min),
                            new Compare(NftField.UDP_LENGTH, Relation.AT_MOST, UDP_HEADER + max));
        }
    }
}
