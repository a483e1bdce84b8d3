package io.ipipou.core.desired;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftChain.Base;
import io.ipipou.spi.state.NftChain.Hook;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The chains and rules of the {@link Gate}. Status shows what a rule counts under the rule's comment. */
final class GateRules {

    static final String PREROUTING = "prerouting";

    private static final String ARRIVING = "arriving";
    private static final String NATIVE = "native";
    private static final String PROOFS = "proofs";
    private static final String CANDIDATES = "candidates";

    /** NF_IP_PRI_RAW of linux/netfilter_ipv4.h: before connection tracking. */
    private static final int RAW = -300;

    private static final int IPPROTO_IPIP = 4;
    private static final int IPPROTO_UDP = 17;
    private static final int IPV4_HEADER = 20;
    private static final int IPV4 = 4;

    /** A peer authenticates every few seconds at most, but several peers can be behind the same NAT address. */
    private static final RateOver SOURCE_RATE = new RateOver(50, 100);

    /** What an agent verifies without falling behind. */
    private static final RateOver TOTAL_RATE = new RateOver(2000, 1000);

    /** Sends packets for any of the gated addresses to the gate. */
    static final NftRule TO_ANY_ADDRESS = toGate(in(GateSets.ADDRESSES, NftField.IP_DADDR));

    private GateRules() {}

    /**
     * All chains.
     *
     * @param queue the NFQUEUE number, 0..65535
     * @param addresses where gated tunnels receive
     * @param lengths of packets that can be authentication packets
     */
    static List<NftChain> chains(Ipv4Prefix aliasRange, int queue, Set<Ipv4> addresses, List<PayloadLengths> lengths) {
        return List.of(
                base(PREROUTING, Hook.PREROUTING, byDestination(aliasRange, addresses)),
                chain(ARRIVING, arriving(lengths)),
                chain(NATIVE, withoutUdp()),
                chain(PROOFS, looksLikeInnerPacket(lengths)),
                chain(CANDIDATES, candidates(queue)),
                base("output", Hook.OUTPUT, outgoing()),
                base("postrouting", Hook.POSTROUTING, List.of(replaceAlias())));
    }

    private static NftChain base(String name, Hook hook, List<NftRule> rules) {
        return new NftChain(name, Optional.of(Base.filter(hook, RAW)), rules);
    }

    private static NftChain chain(String name, List<NftRule> rules) {
        return new NftChain(name, Optional.empty(), rules);
    }

    /** Most packets, among them all that come out of tunnels, are for other addresses: for them this must be cheap. */
    private static List<NftRule> byDestination(Ipv4Prefix aliasRange, Set<Ipv4> addresses) {
        // A comparison costs less than a set lookup, and most hosts have one gated address.
        NftRule first = addresses.size() == 1
                ? toGate(is(NftField.IP_DADDR, addresses.iterator().next().bits()))
                : TO_ANY_ADDRESS;
        return List.of(
                first,
                // The comparisons with the range's ends save the lookup for nearly every packet.
                rule(
                        "straight to an alias",
                        new Compare(
                                NftField.IP_DADDR,
                                Relation.AT_LEAST,
                                aliasRange.address().bits()),
                        new Compare(
                                NftField.IP_DADDR,
                                Relation.AT_MOST,
                                aliasRange.last().bits()),
                        in(GateSets.ALIAS_ADDRESSES, NftField.IP_DADDR),
                        new Counter(),
                        new Drop()));
    }

    private static NftRule toGate(NftStatement match) {
        return rule("", match, new Goto(ARRIVING));
    }

    /** Admitted packets come first: they are the most, and only a listener's port has admissions. */
    private static List<NftRule> arriving(List<PayloadLengths> lengths) {
        List<NftRule> rules = new ArrayList<>();
        rules.add(rule("", new Compare(NftField.L4PROTO, Relation.NOT_EQUAL, IPPROTO_UDP), new Goto(NATIVE)));
        PayloadLengths.span(lengths).ifPresent(span -> rules.add(rule("", span.match(), new Jump(PROOFS))));
        rules.add(rule(
                "",
                is(NftField.INNER_VERSION, IPV4),
                rewrite(NftField.IP_DADDR, GateSets.ENDPOINTS, NftField.IP_SADDR, NftField.TH_SPORT, NftField.TH_DPORT),
                new Notrack(),
                new Accept()));
        rules.add(acceptUnlessForListener());
        rules.add(rule("", new Notrack()));
        lengths.forEach(range -> rules.add(rule("", range.match(), new Goto(CANDIDATES))));
        rules.add(rule("", in(GateSets.CALLERS, NftField.IP_SADDR), new Goto(CANDIDATES)));
        rules.add(rule("", in(GateSets.CALLER_PORTS, NftField.TH_SPORT), new Goto(CANDIDATES)));
        rules.add(rule("", keepaliveOfAdmitted(), new Drop()));
        rules.add(rule("not admitted", new Counter(), new Drop()));
        return rules;
    }

    /** Empty packets from an admitted endpoint. Looking up a map means a rewrite, which does not matter before a drop. */
    private static List<NftStatement> keepaliveOfAdmitted() {
        List<NftStatement> match = new ArrayList<>(new PayloadLengths(0, 0).match());
        match.add(rewrite(
                NftField.IP_DADDR, GateSets.ENDPOINTS, NftField.IP_SADDR, NftField.TH_SPORT, NftField.TH_DPORT));
        return match;
    }

    private static NftRule acceptUnlessForListener() {
        return rule(
                "",
                new Lookup(List.of(NftField.IP_DADDR, NftField.TH_DPORT), false, GateSets.LISTENERS.name()),
                new Accept());
    }

    /** Drops IPIP packets that would reach a tunnel without UDP. All other packets that are not UDP pass. */
    private static List<NftRule> withoutUdp() {
        return List.of(rule(
                "IPIP without UDP",
                is(NftField.L4PROTO, IPPROTO_IPIP),
                in(GateSets.PAIRS, NftField.IP_SADDR, NftField.IP_DADDR),
                new Counter(),
                new Drop()));
    }

    /**
     * Authentication packets that look like an inner IPv4 packet, as one signature in sixteen does. Bytes 2 and 3 of an
     * inner packet are its length; where they are not, the agent gets the packet even from an admitted endpoint.
     */
    private static List<NftRule> looksLikeInnerPacket(List<PayloadLengths> lengths) {
        List<NftRule> rules = new ArrayList<>(List.of(acceptUnlessForListener()));
        for (PayloadLengths range : lengths) {
            if (range.min() < IPV4_HEADER) {
                PayloadLengths tooShort = new PayloadLengths(range.min(), Math.min(range.max(), IPV4_HEADER - 1));
                rules.add(rule("", tooShort.match(), new Goto(CANDIDATES)));
            } else if (range.min() == range.max()) {
                List<NftStatement> match = new ArrayList<>(range.match());
                match.add(new Compare(NftField.INNER_LENGTH, Relation.NOT_EQUAL, range.min()));
                rules.add(rule("", match, new Goto(CANDIDATES)));
            }
        }
        return rules;
    }

    /** Hands possible authentication packets to the agent, unless there are too many. */
    private static List<NftRule> candidates(int queue) {
        return List.of(
                rule(
                        "too many from one source",
                        new RateOverByKey(GateSets.SOURCES.name(), List.of(NftField.IP_SADDR), SOURCE_RATE),
                        new Counter(),
                        new Drop()),
                rule("too many in all", TOTAL_RATE, new Counter(), new Drop()),
                rule("to the agent", new Counter(), new Queue(queue)));
    }

    /** Connection tracking must not see a tunnel's outer packets: it could masquerade them. */
    private static List<NftRule> outgoing() {
        return List.of(
                rule(
                        "",
                        is(NftField.L4PROTO, IPPROTO_UDP),
                        in(GateSets.LISTENERS, NftField.IP_SADDR, NftField.TH_SPORT),
                        new Notrack()),
                rule("", in(GateSets.ALIAS_ADDRESSES, NftField.IP_SADDR), new Notrack()));
    }

    private static NftRule replaceAlias() {
        return rule(
                "",
                is(NftField.L4PROTO, IPPROTO_UDP),
                rewrite(NftField.IP_SADDR, GateSets.ALIASES, NftField.IP_SADDR, NftField.TH_SPORT));
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

    private static Lookup in(NftSet set, NftField... key) {
        return new Lookup(List.of(key), true, set.name());
    }

    private static Rewrite rewrite(NftField field, NftSet map, NftField... key) {
        return new Rewrite(field, List.of(key), map.name());
    }
}
