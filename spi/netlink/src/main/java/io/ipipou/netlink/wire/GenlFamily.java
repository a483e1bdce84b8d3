package io.ipipou.netlink.wire;

/**
 * A generic netlink family (CTRL_CMD_NEWFAMILY of linux/genetlink.h).
 *
 * @param id message type of its commands
 */
public record GenlFamily(int id, String name) {

    public static final int GENL_ID_CTRL = 16;

    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_VERSION = 2;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;

    /** The request for all families; the kernel loads no module for it. */
    public static final Request ALL = Request.dump(GENL_ID_CTRL, GenlFamily::encodeGet);

    /** The request for one family; the kernel tries to load the module that provides it. */
    public static Request named(String name) {
        return Request.get(GENL_ID_CTRL, writer -> {
            encodeGet(writer);
            writer.string(CTRL_ATTR_FAMILY_NAME, name);
        });
    }

    private static void encodeGet(MessageWriter writer) {
        Genl.encodeHeader(writer, CTRL_CMD_GETFAMILY, CTRL_VERSION);
    }

    public static GenlFamily decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Genl.HEADER_LENGTH);
        return new GenlFamily(attributes.u16(CTRL_ATTR_FAMILY_ID, 0), attributes.string(CTRL_ATTR_FAMILY_NAME));
    }
}
