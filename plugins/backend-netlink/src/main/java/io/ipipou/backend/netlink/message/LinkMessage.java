package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network interface in an RTM_NEWLINK (linux/if_link.h).
 *
 * @param index of the link; 0 to create one
 * @param flags IFF_* of linux/if.h
 * @param change mask of the flags that a request changes
 * @param name empty to keep the current one
 * @param mark group and alias; without an alias to create a link, because the kernel ignores it there
 * @param kind IFLA_INFO_KIND, empty for hardware
 * @param altNames alternative names
 * @param ipip present for a link of kind {@code ipip}
 */
public record LinkMessage(
        int index,
        int flags,
        int change,
        String name,
        int mtu,
        Mark mark,
        String kind,
        List<String> altNames,
        Optional<IpipData> ipip)
        implements MessageBody {

    public static final int RTM_NEWLINK = 16;
    public static final int IFF_UP = 1;
    public static final String IPIP = "ipip";

    static final int HEADER_LENGTH = 16;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_IFALIAS = 20;
    static final int IFLA_GROUP = 27;
    static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_PROP_LIST = 52;
    private static final int IFLA_ALT_IFNAME = 53;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_INFO_DATA = 2;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    HEADER_LENGTH, "IFLA_", "IFNAME 3, MTU 4, LINKINFO 18, IFALIAS 20, GROUP 27, PROP_LIST 52")
            .inside(
                    IFLA_LINKINFO,
                    AttributeNames.ofNested("IFLA_INFO_", "KIND 1, DATA 2").inside(IFLA_INFO_DATA, IpipData.NAMES));

    @Override
    public void encode(MessageWriter writer) {
        encodeHeader(writer, index, flags, change);
        if (!name.isEmpty()) {
            writer.string(IFLA_IFNAME, name);
        }
        writer.u32(IFLA_MTU, mtu);
        writer.u32(IFLA_GROUP, mark.group());
        if (index != 0) {
            writer.unterminated(IFLA_IFALIAS, mark.alias());
        }
        if (!altNames.isEmpty()) {
            writer.nested(IFLA_PROP_LIST, list -> altNames.forEach(alt -> list.string(IFLA_ALT_IFNAME, alt)));
        }
        if (!kind.isEmpty()) {
            writer.nested(IFLA_LINKINFO, info -> {
                info.string(IFLA_INFO_KIND, kind);
                ipip.ifPresent(data -> info.nested(IFLA_INFO_DATA, data));
            });
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    /** struct ifinfomsg. */
    static void encodeHeader(MessageWriter writer, int index, int flags, int change) {
        writer.u32(0).u32(index).u32(flags).u32(change);
    }

    public static LinkMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(HEADER_LENGTH);
        Attributes info = attributes.nested(IFLA_LINKINFO);
        String kind = info.string(IFLA_INFO_KIND);
        return new LinkMessage(
                payload.u32(4),
                payload.u32(8),
                payload.u32(12),
                attributes.string(IFLA_IFNAME),
                attributes.u32(IFLA_MTU, 0),
                new Mark(attributes.string(IFLA_IFALIAS), attributes.u32(IFLA_GROUP, 0)),
                kind,
                altNames(attributes),
                kind.equals(IPIP) ? Optional.of(IpipData.decode(info.nested(IFLA_INFO_DATA))) : Optional.empty());
    }

    private static List<String> altNames(Attributes attributes) throws CodecException {
        List<String> names = new ArrayList<>();
        for (Payload name : attributes.nested(IFLA_PROP_LIST).all(IFLA_ALT_IFNAME)) {
            names.add(name.string());
        }
        return names;
    }

    public boolean up() {
        return (flags & IFF_UP) != 0;
    }
}
