package io.ipipou.netlink.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One message of a datagram (struct nlmsghdr). The payload stands in the buffer it was received into: read it before
 * the next receive.
 */
public record NetlinkMessage(int type, int flags, int sequence, Payload payload) {

    /**
     * The messages of a datagram.
     *
     * @param buffer host byte order, the datagram from 0 on
     * @param length bytes of the datagram, within the buffer
     */
    public static List<NetlinkMessage> split(ByteBuffer buffer, int length) throws CodecException {
        List<NetlinkMessage> messages = new ArrayList<>();
        int at = 0;
        while (length - at >= Nlmsg.HEADER_LENGTH) {
            int size = buffer.getInt(at);
            if (size < Nlmsg.HEADER_LENGTH || size > length - at) {
                throw new CodecException("a message of " + size + " bytes where " + (length - at) + " are left");
            }
            messages.add(new NetlinkMessage(
                    Short.toUnsignedInt(buffer.getShort(at + 4)),
                    Short.toUnsignedInt(buffer.getShort(at + 6)),
                    buffer.getInt(at + 8),
                    new Payload(buffer, at + Nlmsg.HEADER_LENGTH, at + size)));
            at = Math.min(length, at + Nlmsg.align(size));
        }
        if (at != length) {
            throw new CodecException("a message header cut short at " + (length - at) + " bytes");
        }
        return messages;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
