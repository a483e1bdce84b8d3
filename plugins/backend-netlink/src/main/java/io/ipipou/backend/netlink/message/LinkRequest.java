package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.Request;

/** Requests that read, change and delete links. {@link LinkMessage} creates them. */
public final class LinkRequest {

    public static final int RTM_DELLINK = 17;
    public static final int RTM_GETLINK = 18;
    public static final int RTM_SETLINK = 19;

    static final int AF_INET6 = 10;
    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    LinkMessage.HEADER_LENGTH,
                    "IFLA_",
                    "IFNAME 3, LINKINFO 18, IFALIAS 20, AF_SPEC 26, GROUP 27, EXT_MASK 29")
            .inside(
                    IFLA_AF_SPEC,
                    AttributeNames.ofNested("AF_", "INET6 10")
                            .inside(AF_INET6, AttributeNames.ofNested("IFLA_INET6_", "ADDR_GEN_MODE 8")));

    private LinkRequest() {}

    /** All links, without their counters. */
    public static Request dump() {
        return Request.dump(RTM_GETLINK, body(0, 0, writer -> writer.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)));
    }

    /** All links of a kind, with their counters. */
    public static Request dumpKind(String kind) {
        MessageBody filter = writer ->
                writer.nested(LinkMessage.IFLA_LINKINFO, info -> info.string(LinkMessage.IFLA_INFO_KIND, kind));
        return Request.dump(RTM_GETLINK, body(0, 0, filter));
    }

    /** One link, without its counters. */
    public static Request get(String name) {
        return Request.get(RTM_GETLINK, body(0, 0, writer -> {
            writer.string(LinkMessage.IFLA_IFNAME, name);
            writer.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        }));
    }

    /** A change of the link 0, which does not exist: the kernel refuses it with EINVAL. */
    public static Request changeNothing() {
        return change(0, 0, writer -> {});
    }

    public static Request setGroup(int index, int group) {
        return change(index, 0, writer -> writer.u32(LinkMessage.IFLA_GROUP, group));
    }

    public static Request setAlias(int index, String alias) {
        return change(index, 0, writer -> writer.unterminated(LinkMessage.IFLA_IFALIAS, alias));
    }

    /**
     * Also keeps the link from an IPv6 link-local address when it comes up. The kernel refuses this with EAFNOSUPPORT if the
     * link has no IPv6.
     */
    public static Request setAliasAndAddrGenModeNone(int index, String alias) {
        return change(index, 0, writer -> {
            writer.unterminated(LinkMessage.IFLA_IFALIAS, alias);
            writer.nested(
                    IFLA_AF_SPEC,
                    families -> families.nested(
                            AF_INET6, inet6 -> inet6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)));
        });
    }

    public static Request setUp(int index) {
        return change(index, LinkMessage.IFF_UP, writer -> {});
    }

    public static Request delete(int index) {
        return Request.write(RTM_DELLINK, 0, body(index, 0, writer -> {}));
    }

    /** Deletes all links of a group. */
    public static Request deleteGroup(int group) {
        return Request.write(RTM_DELLINK, 0, body(0, 0, writer -> writer.u32(LinkMessage.IFLA_GROUP, group)));
    }

    private static Request change(int index, int flags, MessageBody attributes) {
        return Request.write(RTM_SETLINK, 0, body(index, flags, attributes));
    }

    private static MessageBody body(int index, int flags, MessageBody attributes) {
        return NAMES.of(writer -> {
            LinkMessage.encodeHeader(writer, index, flags, flags);
            attributes.encode(writer);
        });
    }
}
