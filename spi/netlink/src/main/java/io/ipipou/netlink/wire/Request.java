package io.ipipou.netlink.wire;

/**
 * A message to the kernel, still without a sequence number.
 *
 * @param type RTM_*, or the number of a generic netlink family
 * @param flags NLM_F_*
 */
public record Request(int type, int flags, MessageBody body) {

    /** Stands for a request that is not at hand any more. */
    static final Request UNKNOWN = new Request(0, 0, writer -> {});

    /** A request that the kernel answers with one message or an error. */
    public static Request get(int type, MessageBody body) {
        return new Request(type, Nlmsg.NLM_F_REQUEST, body);
    }

    public static Request dump(int type, MessageBody body) {
        return new Request(type, Nlmsg.NLM_F_REQUEST | Nlmsg.NLM_F_DUMP, body);
    }

    /** A write, which the kernel acknowledges. */
    public static Request write(int type, int flags, MessageBody body) {
        return new Request(type, Nlmsg.NLM_F_REQUEST | Nlmsg.NLM_F_ACK | flags, body);
    }

    /**
     * The names of the attributes down to the one at an offset.
     *
     * @param offset bytes from the start of the netlink header
     * @return empty if the names are not known
     */
    String pathTo(int offset) throws CodecException {
        return path(offset, -1);
    }

    /** The same for an attribute that is missing in the one at the offset, or in the message if the offset is 0. */
    String pathTo(int offset, int missing) throws CodecException {
        String path = offset == 0 ? body.names().name(missing) : path(offset, missing);
        return path.isEmpty() ? Integer.toString(missing) : path;
    }

    private String path(int offset, int missing) throws CodecException {
        if (body.names() == AttributeNames.NONE) {
            return "";
        }
        MessageWriter writer = new MessageWriter(Nlmsg.HEADER_LENGTH);
        body.encode(writer);
        return body.names().path(Payload.of(writer.toBytes()), offset - Nlmsg.HEADER_LENGTH, missing);
    }
}
