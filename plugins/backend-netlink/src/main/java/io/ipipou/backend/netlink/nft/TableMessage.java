package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;

/**
 * A table itself.
 *
 * @param flags NFT_TABLE_F_*
 */
record TableMessage(String name, int flags) implements MessageBody {

    static final int NFT_TABLE_F_DORMANT = 1;

    private static final int NFTA_TABLE_FLAGS = 2;

    @Override
    public void encode(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, name);
        writer.u32be(NFTA_TABLE_FLAGS, flags);
    }

    static TableMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new TableMessage(attributes.string(Nft.TABLE), attributes.u32be(NFTA_TABLE_FLAGS, 0));
    }
}
