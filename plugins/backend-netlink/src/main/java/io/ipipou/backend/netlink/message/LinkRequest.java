package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import java.util.Map;
import java.util.Optional;

/**
 * An RTM_GETLINK, RTM_DELLINK or RTM_SETLINK: the links that it is about, and what to change.
 *
 * @param index of the link, 0 if another component selects the links
 * @param kind of the links in a dump, empty for all
 * @param filter RTEXT_FILTER_* of linux/rtnetlink.h
 * @param up whether to set the link up; false changes nothing
 * @param addrGenModeNone whether to keep the link from an IPv6 link-local address when it comes up
 *     (IN6_ADDR_GEN_MODE_NONE); the kernel refuses this with EAFNOSUPPORT if the link has no IPv6
 */
public record LinkRequest(
        int index,
        Optional<String> name,
        Optional<Integer> group,
        Optional<String> alias,
        Optional<String> kind,
        Optional<Integer> filter,
        boolean up,
        boolean addrGenModeNone)
        implements MessageBody {

    public static final int RTM_DELLINK = 17;
    public static final int RTM_GETLINK = 18;
    public static final int RTM_SETLINK = 19;

    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    static final int IFLA_AF_SPEC = 26;
    static final int IFLA_EXT_MASK = 29;
    static final int AF_INET6 = 10;
    static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    static final int IN6_ADDR_GEN_MODE_NONE = 1;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    LinkMessage.HEADER_LENGTH,
                    Map.of(
                            LinkMessage.IFLA_IFNAME,
                            "IFLA_IFNAME",
                            LinkMessage.IFLA_LINKINFO,
                            "IFLA_LINKINFO",
                            LinkMessage.IFLA_IFALIAS,
                            "IFLA_IFALIAS",
                            LinkMessage.IFLA_GROUP,
                            "IFLA_GROUP",
                            IFLA_AF_SPEC,
                            "IFLA_AF_SPEC",
                            IFLA_EXT_MASK,
                            "IFLA_EXT_MASK"))
            .inside(LinkMessage.IFLA_LINKINFO, LinkMessage.INFO_NAMES)
            .inside(
                    IFLA_AF_SPEC,
                    AttributeNames.ofNested(Map.of(AF_INET6, "AF_INET6"))
                            .inside(
                                    AF_INET6,
                                    AttributeNames.ofNested(
                                            Map.of(IFLA_INET6_ADDR_GEN_MODE, "IFLA_INET6_ADDR_GEN_MODE"))));

    /** All links, without their counters. */
    public static final LinkRequest ALL = empty(0).withoutStats();

    /** All links of a kind, with their counters. */
    public static LinkRequest ofKind(String kind) {
        return empty(0).withKind(kind);
    }

    /** One link, without its counters. */
    public static LinkRequest ofName(String name) {
        return empty(0).withName(name).withoutStats();
    }

    public static LinkRequest ofIndex(int index) {
        return empty(index);
    }

    public static LinkRequest ofGroup(int group) {
        return empty(0).withGroup(group);
    }

    public LinkRequest withGroup(int number) {
        return new LinkRequest(index, name, Optional.of(number), alias, kind, filter, up, addrGenModeNone);
    }

    public LinkRequest withAlias(String text) {
        return new LinkRequest(index, name, group, Optional.of(text), kind, filter, up, addrGenModeNone);
    }

    public LinkRequest withUp() {
        return new LinkRequest(index, name, group, alias, kind, filter, true, addrGenModeNone);
    }

    public LinkRequest withAddrGenModeNone() {
        return new LinkRequest(index, name, group, alias, kind, filter, up, true);
    }

    private LinkRequest withName(String text) {
        return new LinkRequest(index, Optional.of(text), group, alias, kind, filter, up, addrGenModeNone);
    }

    private LinkRequest withKind(String text) {
        return new LinkRequest(index, name, group, alias, Optional.of(text), filter, up, addrGenModeNone);
    }

    private LinkRequest withoutStats() {
        return new LinkRequest(
                index, name, group, alias, kind, Optional.of(RTEXT_FILTER_SKIP_STATS), up, addrGenModeNone);
    }

    private static LinkRequest empty(int index) {
        return new LinkRequest(
                index,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false);
    }

    @Override
    public void encode(MessageWriter writer) {
        int flags = up ? LinkMessage.IFF_UP : 0;
        LinkMessage.encodeHeader(writer, index, flags, flags);
        name.ifPresent(text -> writer.string(LinkMessage.IFLA_IFNAME, text));
        kind.ifPresent(text ->
                writer.nested(LinkMessage.IFLA_LINKINFO, info -> info.string(LinkMessage.IFLA_INFO_KIND, text)));
        alias.ifPresent(text -> writer.unterminated(LinkMessage.IFLA_IFALIAS, text));
        group.ifPresent(number -> writer.u32(LinkMessage.IFLA_GROUP, number));
        filter.ifPresent(bits -> writer.u32(IFLA_EXT_MASK, bits));
        if (addrGenModeNone) {
            writer.nested(
                    IFLA_AF_SPEC,
                    families -> families.nested(
                            AF_INET6, inet6 -> inet6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)));
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }
}
