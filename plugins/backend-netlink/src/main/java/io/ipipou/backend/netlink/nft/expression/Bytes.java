package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import java.util.Arrays;
import java.util.HexFormat;

/** A value in a register, a key or an element, in network byte order (enum nft_data_attributes). */
public final class Bytes {

    private static final int NFTA_DATA_VALUE = 1;

    public static final Bytes NONE = new Bytes(new byte[0]);

    private final byte[] bytes;

    public Bytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public static Bytes of(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Bytes(bytes);
    }

    /** The lowest {@code length} bytes of a number, 4 at most, the highest first. */
    public static Bytes number(int value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        return new Bytes(bytes);
    }

    public int length() {
        return bytes.length;
    }

    /** The unsigned number in {@code length} bytes, of which the last 4 count. */
    public int unsigned(int from, int length) {
        int value = 0;
        for (int i = from; i < from + length; i++) {
            value = value << 8 | Byte.toUnsignedInt(bytes[i]);
        }
        return value;
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    public void encode(MessageWriter writer, int type) {
        writer.nested(type, inner -> inner.attribute(NFTA_DATA_VALUE, value -> value.bytes(bytes)));
    }

    /** No bytes if the attribute is absent or has no value. */
    public static Bytes decode(Attributes attributes, int type) throws CodecException {
        return new Bytes(attributes.nested(type).bytes(NFTA_DATA_VALUE).bytes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
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
