package io.ipipou.agent.watch;

import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;
import java.util.EnumSet;
import java.util.Set;

/** Decodes which kind of change a notification is about (linux/rtnetlink.h, linux/netfilter/nfnetlink.h). */
final class ChangeMessages {

    static final int RTNLGRP_LINK = 1;
    static final int RTNLGRP_IPV4_IFADDR = 5;
    static final int RTNLGRP_IPV4_ROUTE = 7;
    static final int RTNLGRP_IPV4_RULE = 8;
    static final int NFNLGRP_NFTABLES = 7;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;

    private static final int IFF_UP = 1;

    private ChangeMessages() {}

    /**
     * The kernel sends no notification for a route that it removes with an address or when a link goes down, so such a
     * message may mean routes too.
     *
     * @return empty for a message of another kind
     */
    static Set<KernelChange> changes(NetlinkMessage message) throws CodecException {
        return switch (message.type()) {
            case RTM_NEWLINK ->
                wentDown(message.payload())
                        ? EnumSet.of(KernelChange.LINKS, KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE)
                        : EnumSet.of(KernelChange.LINKS);
            case RTM_DELLINK -> EnumSet.of(KernelChange.LINKS, KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE);
            case RTM_NEWADDR -> EnumSet.of(KernelChange.ADDRESSES);
            case RTM_DELADDR -> EnumSet.of(KernelChange.ADDRESSES, KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE);
            case RTM_NEWROUTE, RTM_DELROUTE ->
                isDefault(message.payload())
                        ? EnumSet.of(KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE)
                        : EnumSet.of(KernelChange.ROUTES);
            case RTM_NEWRULE, RTM_DELRULE -> EnumSet.of(KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE);
            default ->
                message.type() >>> 8 == Nfnl.NFNL_SUBSYS_NFTABLES
                        ? EnumSet.of(KernelChange.RULES)
                        : EnumSet.noneOf(KernelChange.class);
        };
    }

    /** struct ifinfomsg: u8 family, u8 padding, u16 type, u32 index, u32 flags, u32 changed flags. */
    private static boolean wentDown(Payload link) throws CodecException {
        return (link.u32(12) & ~link.u32(8) & IFF_UP) != 0;
    }

    /** struct rtmsg: u8 family, u8 prefix length of the destination. */
    private static boolean isDefault(Payload route) throws CodecException {
        return route.u8(1) == 0;
    }
}
