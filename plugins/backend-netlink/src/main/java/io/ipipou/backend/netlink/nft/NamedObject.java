package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;

/**
 * A named object such as a counter or quota, or a flowtable, with what is needed to show and to delete it.
 *
 * @param type NFT_OBJECT_*; 0 for a flowtable
 */
record NamedObject(String table, String name, int type) implements MessageBody {

    private static final int NFTA_OBJ_NAME = 2;
    private static final int NFTA_OBJ_TYPE = 3;

    private static final AttributeNames NAMES =
            AttributeNames.ofMessage(Nfnl.HEADER_LENGTH, "NFTA_OBJ_", "TABLE 1, NAME 2, TYPE 3");

    @Override
    public void encode(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_OBJ_NAME, name);
        if (type != 0) {
            writer.u32be(NFTA_OBJ_TYPE, type);
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    static NamedObject decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new NamedObject(
                attributes.string(Nft.TABLE), attributes.string(NFTA_OBJ_NAME), attributes.u32be(NFTA_OBJ_TYPE, 0));
    }

    /** The third attribute of a flowtable is not a type. */
    static NamedObject decodeFlowtable(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new NamedObject(attributes.string(Nft.TABLE), attributes.string(NFTA_OBJ_NAME), 0);
    }
}
