package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import java.util.Optional;

/**
 * Names links to RTM_GETLINK and RTM_DELLINK, and to RTM_SETLINK what is to change, which is nothing else.
 *
 * @param index the link's number, 0 when it is told otherwise
 * @param kind which kind of links to list, empty for all
 * @param filter RTEXT_FILTER_* of linux/rtnetlink.h
 * @param up whether the link is to be set up; else it stays as it is
 * @param withoutIpv6 whether the link is to get no link-local address when it comes up: IN6_ADDR_GEN_MODE_NONE. The
 *     kernel refuses it with EAFNOSUPPORT where the link cannot have any
 */
public record LinkRequest(
        int index,
        Optional<String> name,
        Optional<Integer> group,
        Optional<String> alias,
        Optional<String> kind,
        Optional<Integer> filter,
        boolean up,
        boolean withoutIpv6)
        implements MessageBody {

    public static final int RTM_DELLINK = 17;
    public static final int RTM_GETLINK = 18;
    public static final int RTM_SETLINK = 19;

    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_EXT_MASK = 29;
    static final int AF_INET6 = 10;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;

    /** All links, without their counters. */
    public static final LinkRequest ALL = empty(0).skippingStats();

    /** All links of a kind, with their counters. */
    public static LinkRequest ofKind(String kind) {
        return empty(0).withKind(kind);
    }

    /** One link, without its counters. */
    public static LinkRequest named(String name) {
        return empty(0).withName(name).skippingStats();
    }

    public static LinkRequest one(int index) {
        return empty(index);
    }

    public static LinkRequest wholeGroup(int group) {
        return empty(0).withGroup(group);
    }

    public LinkRequest withGroup(int number) {
        return new LinkRequest(index, name, Optional.of(number), alias, kind, filter, up, withoutIpv6);
    }

    public LinkRequest withAlias(String text) {
        return new LinkRequest(index, name, group, Optional.of(text), kind, filter, up, withoutIpv6);
    }

    public LinkRequest goingUp() {
        return new LinkRequest(index, name, group, alias, kind, filter, true, withoutIpv6);
    }

    public LinkRequest losingIpv6() {
        return new LinkRequest(index, name, group, alias, kind, filter, up, true);
    }

    private LinkRequest withName(String text) {
        return new LinkRequest(index, Optional.of(text), group, alias, kind, filter, up, withoutIpv6);
    }

    private LinkRequest withKind(String text) {
        return new LinkRequest(index, name, group, alias, Optional.of(text), filter, up, withoutIpv6);
    }

    private LinkRequest skippingStats() {
        return new LinkRequest(index, name, group, alias, kind, Optional.of(RTEXT_FILTER_SKIP_STATS), up, withoutIpv6);
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
        if (withoutIpv6) {
            writer.nested(
                    IFLA_AF_SPEC,
                    families -> families.nested(
                            AF_INET6, inet6 -> inet6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)));
        }
    }

    public static LinkRequest decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(LinkMessage.HEADER_LENGTH);
        return new LinkRequest(
                payload.u32(4),
                string(attributes, LinkMessage.IFLA_IFNAME),
                attributes.u32(LinkMessage.IFLA_GROUP),
                string(attributes, LinkMessage.IFLA_IFALIAS),
                string(attributes.nested(LinkMessage.IFLA_LINKINFO), LinkMessage.IFLA_INFO_KIND),
                attributes.u32(IFLA_EXT_MASK),
                (payload.u32(8) & LinkMessage.IFF_UP) != 0,
                attributes.nested(IFLA_AF_SPEC).nested(AF_INET6).u8(IFLA_INET6_ADDR_GEN_MODE, 0)
                        == IN6_ADDR_GEN_MODE_NONE);
    }

    private static Optional<String> string(Attributes attributes, int type) throws CodecException {
        return attributes.has(type) ? Optional.of(attributes.string(type)) : Optional.empty();
    }
}
