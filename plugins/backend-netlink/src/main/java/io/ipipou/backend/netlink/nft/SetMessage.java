package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;

/**
 * A set or map without its elements.
 *
 * @param flags NFT_SET_*
 * @param keyType nft's numbers of the types, 6 bits each, the first in the highest; the kernel keeps it for nft
 * @param keyLength octets
 * @param dataType of a map: nft's number of the type, or NFT_DATA_VERDICT; 0 of a set
 * @param dataLength octets
 * @param size how many elements at most; 0 for no limit
 * @param timeout of elements without one of their own, in milliseconds; 0 for none
 * @param stateful whether each element has a counter or the like
 */
record SetMessage(
        String table,
        String name,
        int flags,
        int keyType,
        int keyLength,
        int dataType,
        int dataLength,
        int size,
        long timeout,
        boolean stateful)
        implements MessageBody {

    private static final int NFT_SET_ANONYMOUS = 0x1;
    static final int NFT_SET_MAP = 0x8;
    static final int NFT_SET_TIMEOUT = 0x10;
    /** Packets make elements; {@code dynamic} in nft's language. */
    static final int NFT_SET_EVAL = 0x20;
    /** Of a set with intervals in each part of the key; by itself it changes nothing. */
    static final int NFT_SET_CONCAT = 0x80;

    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_FLAGS = 3;
    private static final int NFTA_SET_KEY_TYPE = 4;
    private static final int NFTA_SET_KEY_LEN = 5;
    private static final int NFTA_SET_DATA_TYPE = 6;
    private static final int NFTA_SET_DATA_LEN = 7;
    private static final int NFTA_SET_DESC = 9;
    private static final int NFTA_SET_ID = 10;
    private static final int NFTA_SET_TIMEOUT = 11;
    private static final int NFTA_SET_USERDATA = 13;
    private static final int NFTA_SET_EXPR = 17;
    private static final int NFTA_SET_EXPRESSIONS = 18;
    private static final int NFTA_SET_DESC_SIZE = 1;

    /** What nft keeps with a set: type, length and value of each item; the byte order, in the host's. */
    private static final int NFTNL_UDATA_SET_KEYBYTEORDER = 0;

    private static final int NFTNL_UDATA_SET_DATABYTEORDER = 1;
    private static final int BYTEORDER_BIG_ENDIAN = 2;

    /** Whether it was made for one rule, and goes with it. */
    boolean anonymous() {
        return (flags & NFT_SET_ANONYMOUS) != 0;
    }

    boolean isMap() {
        return (flags & NFT_SET_MAP) != 0;
    }

    /** The body of the request to delete it. */
    MessageBody itself() {
        return this::encodeName;
    }

    private void encodeName(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_SET_NAME, name);
    }

    /** The same without a flag that newer programs set of every concatenation. */
    SetMessage withoutConcat() {
        return new SetMessage(
                table,
                name,
                flags & ~NFT_SET_CONCAT,
                keyType,
                keyLength,
                dataType,
                dataLength,
                size,
                timeout,
                stateful);
    }

    /** With an id, which a kernel wants; rules find sets by name even within a transaction. */
    @Override
    public void encode(MessageWriter writer) {
        encodeName(writer);
        writer.u32be(NFTA_SET_FLAGS, flags);
        writer.u32be(NFTA_SET_KEY_TYPE, keyType);
        writer.u32be(NFTA_SET_KEY_LEN, keyLength);
        if (dataType != 0) {
            writer.u32be(NFTA_SET_DATA_TYPE, dataType);
            writer.u32be(NFTA_SET_DATA_LEN, dataLength);
        }
        writer.u32be(NFTA_SET_ID, 1);
        if (size != 0) {
            writer.nested(NFTA_SET_DESC, inner -> inner.u32be(NFTA_SET_DESC_SIZE, size));
        }
        if (timeout != 0) {
            writer.u64be(NFTA_SET_TIMEOUT, timeout);
        }
        writer.attribute(NFTA_SET_USERDATA, value -> {
            value.u8(NFTNL_UDATA_SET_KEYBYTEORDER).u8(4).u32(BYTEORDER_BIG_ENDIAN);
            if (dataType != 0) {
                value.u8(NFTNL_UDATA_SET_DATABYTEORDER).u8(4).u32(BYTEORDER_BIG_ENDIAN);
            }
        });
    }

    static SetMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        return new SetMessage(
                attributes.string(Nft.TABLE),
                attributes.string(NFTA_SET_NAME),
                attributes.u32be(NFTA_SET_FLAGS, 0),
                attributes.u32be(NFTA_SET_KEY_TYPE, 0),
                attributes.u32be(NFTA_SET_KEY_LEN, 0),
                attributes.u32be(NFTA_SET_DATA_TYPE, 0),
                attributes.u32be(NFTA_SET_DATA_LEN, 0),
                attributes.nested(NFTA_SET_DESC).u32be(NFTA_SET_DESC_SIZE, 0),
                attributes.u64be(NFTA_SET_TIMEOUT, 0),
                attributes.has(NFTA_SET_EXPR) || attributes.has(NFTA_SET_EXPRESSIONS));
    }
}
