package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;

/**
 * A table without its objects.
 *
 * @param flags NFT_TABLE_F_*
 */
record TableMessage(String name, int flags) implements MessageBody {

    private static final int NFTA_TABLE_FLAGS = 2;

    private static final AttributeNames NAMES =
            AttributeNames.ofMessage(Nfnl.HEADER_LENGTH, "NFTA_TABLE_", "NAME 1, FLAGS 2");

    @Override
    public void encode(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, name);
        writer.u32be(NFTA_TABLE_FLAGS, flags);
    }

    /** The body of a request to delete a table. */
    static MessageBody deletion(String table) {
        return NAMES.of(Nft.in(table));
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    static TableMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new TableMessage(attributes.string(Nft.TABLE), attributes.u32be(NFTA_TABLE_FLAGS, 0));
    }
}
