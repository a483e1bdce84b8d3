package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.AttributeNames;
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
 * @param keyType nft's numbers of the types, 6 bits each, the first in the highest bits; the kernel only stores it
 * @param keyLength in bytes
 * @param dataType for a map, nft's number of the type, or NFT_DATA_VERDICT; 0 for a set
 * @param dataLength in bytes
 * @param size maximum number of elements; 0 for no limit
 * @param timeout of elements without their own, in milliseconds; 0 for none
 * @param stateful whether elements have expressions such as a counter
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
    /** Packets can add elements; {@code dynamic} in nft. */
    static final int NFT_SET_EVAL = 0x20;
    /** The key is a concatenation, for sets with intervals; without them it has no effect. */
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

    /** nft stores items of type, length and value with a set: here the byte order, a number in the host's byte order. */
    private static final int NFTNL_UDATA_SET_KEYBYTEORDER = 0;

    private static final int NFTNL_UDATA_SET_DATABYTEORDER = 1;
    private static final int BYTEORDER_BIG_ENDIAN = 2;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    Nfnl.HEADER_LENGTH,
                    "NFTA_SET_",
                    "TABLE 1, NAME 2, FLAGS 3, KEY_TYPE 4, KEY_LEN 5, DATA_TYPE 6, DATA_LEN 7, DESC 9, ID 10, TIMEOUT 11,"
                            + " USERDATA 13")
            .inside(NFTA_SET_DESC, AttributeNames.ofNested("NFTA_SET_DESC_", "SIZE 1"));

    /** Whether it belongs to one rule, and is deleted with it. */
    boolean anonymous() {
        return (flags & NFT_SET_ANONYMOUS) != 0;
    }

    boolean isMap() {
        return (flags & NFT_SET_MAP) != 0;
    }

    /** The body of a request to delete it. */
    MessageBody deletion() {
        return NAMES.of(this::encodeName);
    }

    private void encodeName(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_SET_NAME, name);
    }

    /** Without a flag that newer programs set for every concatenation. */
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

    /** The kernel requires an id, but rules refer to sets by name even within a transaction, so that any will do. */
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

    @Override
    public AttributeNames names() {
        return NAMES;
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
