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
 * Somebody else at work in the same network namespace, by other means than the backend under test: a colleague with
 * {@code ip} and
 * {@code nft}. Every method fails the test (with an unchecked exception) if the kernel refuses.
 */
public interface OutsideChanges {

    /** @param kind an IFLA_INFO_KIND that needs no parameters: {@code dummy}, {@code bridge} */
    void linkAdd(LinkName name, String kind);

    /** Any ipip link, with or without our mark. */
    void linkAdd(IpipLink link);

    /** Changes the ipip link of that name to be just so. */
    void linkSet(IpipLink link);

    void linkDelete(LinkName name);

    /** The link goes down for it, as older kernels want, and is up in the end. */
    void linkRename(LinkName from, LinkName to);

    void linkUp(LinkName name);

    void linkDown(LinkName name);

    /** @param mtu bytes */
    void linkMtu(LinkName name, int mtu);

    void linkAlias(LinkName name, String alias);

    void linkGroup(LinkName name, int group);

    void addressAdd(LinkAddress address);

    void addressDelete(LinkAddress address);

    /** A route without a device gets two next hops, which is one way to have none. */
    void routeAdd(Route route);

    void routeDelete(Route route);

    void fouAdd(FouListener listener);

    void fouDelete(FouListener listener);

    /** Holds the port of every IPv4 address with an ordinary socket. */
    void udpOpen(int port);

    /** Closes what {@link #udpOpen} opened. */
    void udpClose(int port);

    /** Sends so many datagrams of so many payload bytes to UDP port 9 of the address, by whatever route there is. */
    void send(Ipv4 destination, int datagrams, int bytes);

    /** {@code nft flush ruleset}: every table of every family goes. */
    void nftFlush();

    /**
     * Makes a table that may have the name of ours; an {@link io.ipipou.spi.state.NftStatement.Unknown} in it is in
     * nft's language.
     *
     * @param family as nft calls it: {@code ip}, {@code ip6}, {@code inet}
     */
    void nftTableAdd(String family, NftTable table);

    /** @param table of the family {@code ip}, as in what follows */
    void nftSetAdd(String table, NftSet set);

    /** @param index 0 for what is then the chain's first rule, up to that of its last one now */
    void nftRuleInsert(String table, String chain, int index, NftRule rule);

    /** @param index 0 for the chain's first rule */
    void nftRuleDelete(String table, String chain, int index);

    void nftElementAdd(NftElement element);

    void nftElementDelete(NftElement element);

    /** The table with its elements in some words or other, which are the same as long as nobody touches it. */
    String nftText(String family, String table);
}
