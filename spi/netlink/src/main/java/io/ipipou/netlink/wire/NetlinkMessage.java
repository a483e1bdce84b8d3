package io.ipipou.netlink.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One message of a datagram (struct nlmsghdr). The payload shares the receive buffer: read it before the next receive. */
public record NetlinkMessage(int type, int flags, int sequence, Payload payload) {

    /**
     * The messages of a datagram.
     *
     * @param buffer in host byte order, with the datagram at its start
     * @param length of the datagram in bytes, more than the buffer's capacity if it was truncated
     */
    public static List<NetlinkMessage> split(ByteBuffer buffer, int length) throws CodecException {
        if (length > buffer.capacity()) {
            throw new CodecException("datagram of " + length + " bytes truncated to " + buffer.capacity());
        }
        List<NetlinkMessage> messages = new ArrayList<>();
        int at = 0;
        while (length - at >= Nlmsg.HEADER_LENGTH) {
            int size = buffer.getInt(at);
            if (size < Nlmsg.HEADER_LENGTH || size > length - at) {
                throw new CodecException("message of " + size + " bytes with " + (length - at) + " bytes left");
            }
            messages.add(new NetlinkMessage(
                    Short.toUnsignedInt(buffer.getShort(at + 4)),
                    Short.toUnsignedInt(buffer.getShort(at + 6)),
                    buffer.getInt(at + 8),
                    new Payload(buffer, at + Nlmsg.HEADER_LENGTH, at + size)));
            at = Math.min(length, at + Nlmsg.align(size));
        }
        if (at != length) {
            throw new CodecException("message header truncated to " + (length - at) + " bytes");
        }
        return messages;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
