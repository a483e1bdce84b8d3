package io.ipipou.core.desired;

import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The nftables table in front of the tunnels. The kernel's IPIP checks addresses only, so the gate decides which
 * packets reach a tunnel: those from an admitted endpoint, whose destination it rewrites to the tunnel's local address.
 * Possible authentication packets go to the agent, the rest is dropped. The cost of a packet does not depend on how
 * many tunnels there are.
 *
 * @param table the table's name
 * @param aliasRange where all aliases are
 */
public record Gate(String table, Ipv4Prefix aliasRange) {

    /** The set of addresses and ports that gated tunnels receive on. */
    public static final String LISTENERS = GateSets.LISTENERS.name();

    /** The map of admitted endpoints. */
    public static final String ENDPOINTS = GateSets.ENDPOINTS.name();

    /** The map of the public addresses that replace aliases. */
    static final String ALIASES = GateSets.ALIASES.name();

    /** Whether ipipou made the table. Only its map of endpoints counts, since others may have changed the rest. */
    public static boolean isManaged(NftTable table) {
        return table.set(ENDPOINTS).filter(GateSets.ENDPOINTS::equals).isPresent();
    }

    /**
     * The table to have while tunnels move from the addresses gated by one table to those gated by the other: it gates
     * both.
     */
    public static NftTable between(NftTable before, NftTable after) {
        if (firstRule(before).equals(firstRule(after))) {
            return after;
        }
        List<NftChain> chains = new ArrayList<>(after.chains());
        chains.replaceAll(chain -> isPrerouting(chain) ? withFirstRule(chain, GateRules.TO_ANY_ADDRESS) : chain);
        return new NftTable(after.name(), after.sets(), chains);
    }

    private static boolean isPrerouting(NftChain chain) {
        return chain.name().equals(GateRules.PREROUTING);
    }

    private static Optional<NftRule> firstRule(NftTable table) {
        return table.chains().stream()
                .filter(Gate::isPrerouting)
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
     * @param queue the NFQUEUE number, 0..65535
     * @param addresses where gated tunnels receive
     * @param shapes of authentication packets
     */
    NftTable table(int queue, Set<Ipv4> addresses, Collection<PacketShape> shapes) {
        return new NftTable(
                table, GateSets.ALL, GateRules.chains(aliasRange, queue, addresses, PayloadLengths.of(shapes)));
    }

    List<NftElement> listener(Ipv4 address, int port) {
        return List.of(
                NftElement.of(table, GateSets.ADDRESSES.name(), NftValue.of(address)),
                NftElement.of(table, LISTENERS, NftValue.of(address), NftValue.port(port)));
    }

    /**
     * Admits the packets of one endpoint to one tunnel.
     *
     * @param port the local UDP port
     * @param local the tunnel's local address
     */
    NftElement admission(Endpoint source, int port, Ipv4 local, Optional<Duration> timeout) {
        return NftElement.of(
                        table,
                        ENDPOINTS,
                        NftValue.of(source.address()),
                        NftValue.port(source.port()),
                        NftValue.port(port))
                .withData(NftValue.of(local))
                .withTimeout(timeout);
    }

    /** Replaces the alias by the public address in outgoing packets from this local UDP port. */
    List<NftElement> alias(Ipv4 alias, int port, Ipv4 address) {
        return List.of(
                NftElement.of(table, GateSets.ALIAS_ADDRESSES.name(), NftValue.of(alias)),
                NftElement.of(table, GateSets.ALIASES.name(), NftValue.of(alias), NftValue.port(port))
                        .withData(NftValue.of(address)));
    }

    /** Closes a tunnel without an alias to IPIP without UDP. */
    NftElement pair(Ipv4 remote, Ipv4 local) {
        return NftElement.of(table, GateSets.PAIRS.name(), NftValue.of(remote), NftValue.of(local));
    }

    /** Sends packets of any length from the shape's source to the agent; empty for a shape that names no source. */
    Optional<NftElement> caller(PacketShape shape) {
        return shape.address()
                .map(address -> NftElement.of(table, GateSets.CALLERS.name(), NftValue.of(address)))
                .or(() -> shape.port()
                        .map(port -> NftElement.of(table, GateSets.CALLER_PORTS.name(), NftValue.port(port))));
    }
}
