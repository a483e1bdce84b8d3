package io.ipipou.testkit;

import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.Route;

/**
 * Changes to the network namespace that are not made by the backend under test, as by an administrator with {@code ip}
 * and {@code nft}. Every method throws an unchecked exception if the kernel refuses.
 */
public interface OutsideChanges {

    /** @param kind an IFLA_INFO_KIND that needs no parameters: {@code dummy}, {@code bridge} */
    void linkAdd(LinkName name, String kind);

    /** Adds an IPIP link, which need not be managed by ipipou. */
    void linkAdd(IpipLink link);

    void linkDelete(LinkName name);

    /** The link is set down for it, which older kernels require, and is up afterwards. */
    void linkRename(LinkName from, LinkName to);

    /** @param altName an alternative name, of at most 127 bytes */
    void linkAltName(LinkName name, String altName);

    void linkUp(LinkName name);

    void linkDown(LinkName name);

    /** @param mtu bytes */
    void linkMtu(LinkName name, int mtu);

    void linkAlias(LinkName name, String alias);

    void linkGroup(LinkName name, int group);

    void addressAdd(LinkAddress address);

    void addressDelete(LinkAddress address);

    /** A route without a device is added with two next hops. */
    void routeAdd(Route route);

    void routeDelete(Route route);

    void fouAdd(FouListener listener);

    void fouDelete(FouListener listener);

    /** Binds a UDP socket to the port on every IPv4 address. */
    void udpOpen(int port);

    /** Closes the socket of {@link #udpOpen}. */
    void udpClose(int port);

    /** Sends datagrams with {@code bytes} of payload each to UDP port 9 of the address. */
    void send(Ipv4 destination, int datagrams, int bytes);

    /** {@code nft flush ruleset}: deletes every table of every family. */
    void nftFlush();

    /**
     * Adds a table, whose {@link io.ipipou.spi.state.NftStatement.Unknown} statements are in nft's language.
     *
     * @param family as in nft: {@code ip}, {@code ip6}, {@code inet}
     */
    void nftTableAdd(String family, NftTable table);

    /** @param table a table of the family {@code ip}, as in the following methods */
    void nftSetAdd(String table, NftSet set);

    /** @param index the rule that the new one is inserted before, 0 for the first of the chain */
    void nftRuleInsert(String table, String chain, int index, NftRule rule);

    /** @param index 0 for the chain's first rule */
    void nftRuleDelete(String table, String chain, int index);

    void nftElementAdd(NftElement element);

    void nftElementDelete(NftElement element);

    /** A text of the table with its elements, in any format, that changes only if the table changes. */
    String nftText(String family, String table);
}
