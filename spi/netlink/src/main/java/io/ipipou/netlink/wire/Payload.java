package io.ipipou.netlink.wire;

import io.ipipou.spi.state.Ipv4;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Received bytes. Offsets count from the start; a read past the end throws {@link CodecException}. */
public final class Payload {

    static final Payload EMPTY = new Payload(ByteBuffer.allocate(0), 0, 0);

    private final ByteBuffer buffer;
    private final int start;
    private final int end;

    /** @param buffer in host byte order */
    Payload(ByteBuffer buffer, int start, int end) {
        this.buffer = buffer;
        this.start = start;
        this.end = end;
    }

    public static Payload of(byte[] bytes) {
        return new Payload(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0, bytes.length);
    }

    public int length() {
        return end - start;
    }

    public int u8(int offset) throws CodecException {
        return Byte.toUnsignedInt(buffer.get(at(offset, 1)));
    }

    public int u16(int offset) throws CodecException {
        return Short.toUnsignedInt(buffer.getShort(at(offset, 2)));
    }

    public int u16be(int offset) throws CodecException {
        return (u8(offset) << 8) | u8(offset + 1);
    }

    /** Also for the kernel's signed numbers. */
    public int u32(int offset) throws CodecException {
        return buffer.getInt(at(offset, 4));
    }

    public int u32be(int offset) throws CodecException {
        return (u16be(offset) << 16) | u16be(offset + 2);
    }

    public long u64(int offset) throws CodecException {
        return buffer.getLong(at(offset, 8));
    }

    public long u64be(int offset) throws CodecException {
        return ((long) u32be(offset) << 32) | Integer.toUnsignedLong(u32be(offset + 4));
    }

    public Ipv4 ipv4(int offset) throws CodecException {
        return new Ipv4(u32be(offset));
    }

    /** A copy of all bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[length()];
        buffer.get(start, bytes);
        return bytes;
    }

    /** The text up to the first NUL or the end; invalid UTF-8 becomes replacement characters. */
    public String string() {
        byte[] bytes = bytes();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The attributes from the offset to the end. */
    public Attributes attributes(int offset) throws CodecException {
        return new Attributes(from(offset));
    }

    Payload from(int offset) throws CodecException {
        return new Payload(buffer, at(offset, 0), end);
    }

    public Payload slice(int offset, int length) throws CodecException {
        int from = at(offset, length);
        return new Payload(buffer, from, from + length);
    }

    private int at(int offset, int size) throws CodecException {
        if (offset < 0 || size < 0 || offset > length() - size) {
            throw new CodecException(size + " bytes at offset " + offset + " of " + length());
        }
        return start + offset;
    }
}
