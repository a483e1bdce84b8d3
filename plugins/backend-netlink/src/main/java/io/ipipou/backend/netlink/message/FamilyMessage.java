package io.ipipou.backend.netlink.message;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;

/**
 * A generic netlink family (CTRL_CMD_NEWFAMILY of linux/genetlink.h).
 *
 * @param id the message type its commands are sent with
 */
public record FamilyMessage(int id, String name) implements MessageBody {

    public static final int GENL_ID_CTRL = 16;

    private static final int CTRL_CMD_NEWFAMILY = 1;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_VERSION = 2;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;

    /** The body of the request for all families, for which the kernel loads no module. */
    public static final MessageBody ALL = writer -> Genl.encodeHeader(writer, CTRL_CMD_GETFAMILY, CTRL_VERSION);

    /** The body of the request for one family; the kernel tries to load the module that has it. */
    public static MessageBody named(String name) {
        return writer -> {
            ALL.encode(writer);
            writer.string(CTRL_ATTR_FAMILY_NAME, name);
        };
    }

    @Override
    public void encode(MessageWriter writer) {
        Genl.encodeHeader(writer, CTRL_CMD_NEWFAMILY, CTRL_VERSION);
        writer.u16(CTRL_ATTR_FAMILY_ID, id);
        writer.string(CTRL_ATTR_FAMILY_NAME, name);
    }

    public static FamilyMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Genl.HEADER_LENGTH);
        return new FamilyMessage(attributes.u16(CTRL_ATTR_FAMILY_ID, 0), attributes.string(CTRL_ATTR_FAMILY_NAME));
    }
}
