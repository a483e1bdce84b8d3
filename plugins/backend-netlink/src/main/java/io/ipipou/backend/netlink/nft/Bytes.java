package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import java.util.Arrays;
import java.util.HexFormat;

/** Some bytes, by value, in network order: what is in registers, keys and data of sets (nft_data_attributes). */
final class Bytes {

    private static final int NFTA_DATA_VALUE = 1;

    private final byte[] bytes;

    Bytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    static Bytes of(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Bytes(bytes);
    }

    /** The number's last {@code length} octets, most significant first; at most 4. */
    static Bytes number(int value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        return new Bytes(bytes);
    }

    int length() {
        return bytes.length;
    }

    /** The unsigned number in the octets from {@code from} on; of more than 4 the last 32 bits. */
    int unsigned(int from, int length) {
        int value = 0;
        for (int i = from; i < from + length; i++) {
            value = value << 8 | Byte.toUnsignedInt(bytes[i]);
        }
        return value;
    }

    byte[] toBytes() {
        return bytes.clone();
    }

    void encode(MessageWriter writer, int type) {
        writer.nested(type, inner -> inner.attribute(NFTA_DATA_VALUE, value -> value.bytes(bytes)));
    }

    /** None when the attribute is not there, or holds something that is not a value. */
    static Bytes decode(Attributes attributes, int type) throws CodecException {
        return new Bytes(attributes.nested(type).bytes(NFTA_DATA_VALUE).bytes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes octets && Arrays.equals(bytes, octets.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** In hexadecimal. */
    @Override
    public String toString() {
        return "0x" + HexFormat.of().formatHex(bytes);
    }
}
