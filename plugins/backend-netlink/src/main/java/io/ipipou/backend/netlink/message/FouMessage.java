package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Genl;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.spi.state.Ipv4;

/**
 * A command of the generic netlink family {@code fou} (linux/fou.h) for one UDP port.
 *
 * @param command FOU_CMD_*
 * @param family AF_INET, or AF_INET6, for which only the port is decoded
 * @param protocol of the payload; 0 for a GUE port
 * @param type FOU_ENCAP_*
 * @param local {@link Ipv4#ANY} for all addresses
 * @param device index of the link that the port is bound to, 0 for none
 * @param peer {@link Ipv4#ANY} for none
 * @param peerPort 0 for none
 */
public record FouMessage(
        int command, int family, int port, int protocol, int type, Ipv4 local, int device, Ipv4 peer, int peerPort)
        implements MessageBody {

    public static final String FAMILY = "fou";
    public static final int FOU_CMD_ADD = 1;
    public static final int FOU_CMD_DEL = 2;
    public static final int FOU_CMD_GET = 3;
    public static final int FOU_ENCAP_DIRECT = 1;
    public static final int FOU_ENCAP_GUE = 2;

    private static final int FOU_GENL_VERSION = 1;
    private static final int FOU_ATTR_PORT = 1;
    private static final int FOU_ATTR_AF = 2;
    private static final int FOU_ATTR_IPPROTO = 3;
    private static final int FOU_ATTR_TYPE = 4;
    private static final int FOU_ATTR_LOCAL_V4 = 6;
    private static final int FOU_ATTR_PEER_V4 = 8;
    private static final int FOU_ATTR_PEER_PORT = 10;
    private static final int FOU_ATTR_IFINDEX = 11;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
            Genl.HEADER_LENGTH,
            "FOU_ATTR_",
            "PORT 1, AF 2, IPPROTO 3, TYPE 4, LOCAL_V4 6, PEER_V4 8, PEER_PORT 10, IFINDEX 11");

    /** The body of the request for all ports. */
    public static final MessageBody ALL = writer -> Genl.encodeHeader(writer, FOU_CMD_GET, FOU_GENL_VERSION);

    /** For comparison with a port of a dump, where the command means nothing. */
    public FouMessage withCommand(int other) {
        return new FouMessage(other, family, port, protocol, type, local, device, peer, peerPort);
    }

    @Override
    public void encode(MessageWriter writer) {
        Genl.encodeHeader(writer, command, FOU_GENL_VERSION);
        writer.u16be(FOU_ATTR_PORT, port);
        writer.u8(FOU_ATTR_TYPE, type);
        writer.u8(FOU_ATTR_AF, family);
        // The kernel refuses an explicit protocol 0.
        if (protocol != 0) {
            writer.u8(FOU_ATTR_IPPROTO, protocol);
        }
        if (!local.isAny()) {
            writer.ipv4(FOU_ATTR_LOCAL_V4, local);
        }
        if (!peer.isAny()) {
            writer.ipv4(FOU_ATTR_PEER_V4, peer);
        }
        if (peerPort != 0) {
            writer.u16be(FOU_ATTR_PEER_PORT, peerPort);
        }
        if (device != 0) {
            writer.u32(FOU_ATTR_IFINDEX, device);
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    public static FouMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Genl.HEADER_LENGTH);
        return new FouMessage(
                payload.u8(0),
                attributes.u8(FOU_ATTR_AF, AddressMessage.AF_INET),
                attributes.u16be(FOU_ATTR_PORT, 0),
                attributes.u8(FOU_ATTR_IPPROTO, 0),
                attributes.u8(FOU_ATTR_TYPE, 0),
                attributes.ipv4(FOU_ATTR_LOCAL_V4).orElse(Ipv4.ANY),
                attributes.u32(FOU_ATTR_IFINDEX, 0),
                attributes.ipv4(FOU_ATTR_PEER_V4).orElse(Ipv4.ANY),
                attributes.u16be(FOU_ATTR_PEER_PORT, 0));
    }
}
