package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.Ipv4;

/**
 * An IPv4 address of a link (struct ifaddrmsg, linux/if_addr.h).
 *
 * @param index of the link; 0 in a dump request for all links
 * @param scope RT_SCOPE_*
 * @param secondary IFA_F_SECONDARY, which the kernel sets
 * @param local the host's own address
 * @param peer the remote end of a point-to-point link, otherwise the same as {@code local}
 * @param label empty for none
 */
public record AddressMessage(
        int index, int prefixLength, int scope, boolean secondary, Ipv4 local, Ipv4 peer, String label)
        implements MessageBody {

    public static final int RTM_NEWADDR = 20;
    public static final int RTM_DELADDR = 21;
    public static final int RTM_GETADDR = 22;

    public static final int AF_INET = 2;

    private static final int HEADER_LENGTH = 8;
    private static final int IFA_F_SECONDARY = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;

    private static final AttributeNames NAMES =
            AttributeNames.ofMessage(HEADER_LENGTH, "IFA_", "ADDRESS 1, LOCAL 2, LABEL 3");

    /** The body of the request for all IPv4 addresses. Strict checking allows no attribute in it. */
    public static final MessageBody ALL = writer -> encodeHeader(writer, 0, 0, 0, 0);

    @Override
    public void encode(MessageWriter writer) {
        encodeHeader(writer, prefixLength, secondary ? IFA_F_SECONDARY : 0, scope, index);
        writer.ipv4(IFA_LOCAL, local);
        writer.ipv4(IFA_ADDRESS, peer);
        if (!label.isEmpty()) {
            writer.string(IFA_LABEL, label);
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    private static void encodeHeader(MessageWriter writer, int prefixLength, int flags, int scope, int index) {
        writer.u8(AF_INET).u8(prefixLength).u8(flags).u8(scope).u32(index);
    }

    public static AddressMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(HEADER_LENGTH);
        Ipv4 local = attributes.ipv4(IFA_LOCAL).orElse(Ipv4.ANY);
        int prefixLength = payload.u8(1);
        if (prefixLength > 32) {
            throw new CodecException("IPv4 prefix length " + prefixLength);
        }
        return new AddressMessage(
                payload.u32(4),
                prefixLength,
                payload.u8(3),
                (payload.u8(2) & IFA_F_SECONDARY) != 0,
                local,
                attributes.ipv4(IFA_ADDRESS).orElse(local),
                attributes.string(IFA_LABEL));
    }
}
