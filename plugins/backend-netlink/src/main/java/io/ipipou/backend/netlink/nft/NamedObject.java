package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;

/**
 * A counter, quota or the like that has a name of its own, or a flowtable: only enough to tell of it and to delete it.
 *
 * @param type NFT_OBJECT_*; 0 for a flowtable
 */
record NamedObject(String table, String name, int type) implements MessageBody {

    private static final int NFTA_OBJ_NAME = 2;
    private static final int NFTA_OBJ_TYPE = 3;

    @Override
    public void encode(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_OBJ_NAME, name);
        if (type != 0) {
            writer.u32be(NFTA_OBJ_TYPE, type);
        }
    }

    static NamedObject decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new NamedObject(
                attributes.string(Nft.TABLE), attributes.string(NFTA_OBJ_NAME), attributes.u32be(NFTA_OBJ_TYPE, 0));
    }

    /** A flowtable, whose third attribute is another one. */
    static NamedObject decodeFlowtable(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new NamedObject(attributes.string(Nft.TABLE), attributes.string(NFTA_OBJ_NAME), 0);
    }
}
