package io.ipipou.netlink.wire;

import io.ipipou.spi.state.Ipv4;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages one after another into a buffer that grows. {@code u32(value)} writes a field of a fixed header, {@code
 * u32(type, value)} an attribute. A number that is too wide loses its upper bits.
 */
public final class MessageWriter {

    private static final int NLA_F_NESTED = 0x8000;

    private ByteBuffer buffer;

    /** @param capacity initial size in bytes */
    public MessageWriter(int capacity) {
        buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    /** The buffer, with space for that many more bytes. */
    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(2 * buffer.capacity(), size() + bytes);
            buffer = ByteBuffer.allocateDirect(capacity)
                    .order(ByteOrder.nativeOrder())
                    .put(written());
        }
        return buffer;
    }

    public void clear() {
        buffer.clear();
    }

    /** Bytes written. */
    public int size() {
        return buffer.position();
    }

    /** The bytes written, in this writer's memory. */
    public ByteBuffer written() {
        return buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[size()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** A message: header, body and padding. */
    public void message(int type, int flags, int sequence, MessageBody body) {
        int start = size();
        u32(0).u16(type).u16(flags).u32(sequence).u32(0);
        body.encode(this);
        buffer.putInt(start, size() - start);
        pad();
    }

    public MessageWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public MessageWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public MessageWriter u16be(int value) {
        return u8(value >>> 8).u8(value);
    }

    public MessageWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    public MessageWriter u32be(int value) {
        return u16be(value >>> 16).u16be(value);
    }

    public MessageWriter u64be(long value) {
        return u32be((int) (value >>> 32)).u32be((int) value);
    }

    public MessageWriter bytes(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    public void u8(int type, int value) {
        attribute(type, writer -> writer.u8(value));
    }

    public void u16(int type, int value) {
        attribute(type, writer -> writer.u16(value));
    }

    public void u16be(int type, int value) {
        attribute(type, writer -> writer.u16be(value));
    }

    public void u32(int type, int value) {
        attribute(type, writer -> writer.u32(value));
    }

    public void u32be(int type, int value) {
        attribute(type, writer -> writer.u32be(value));
    }

    public void u64be(int type, long value) {
        attribute(type, writer -> writer.u64be(value));
    }

    public void ipv4(int type, Ipv4 value) {
        attribute(type, writer -> writer.u32be(value.bits()));
    }

    /** UTF-8 with a terminating NUL. */
    public void string(int type, String value) {
        attribute(type, writer -> writer.text(value).u8(0));
    }

    /** UTF-8 without a NUL, for attributes that the kernel reads by their length. */
    public void unterminated(int type, String value) {
        attribute(type, writer -> writer.text(value));
    }

    public void nested(int type, MessageBody body) {
        attribute(type | NLA_F_NESTED, body);
    }

    private MessageWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute with the value that the body writes. */
    public void attribute(int type, MessageBody value) {
        int start = size();
        u16(0).u16(type);
        value.encode(this);
        buffer.putShort(start, (short) (size() - start));
        pad();
    }

    private void pad() {
        while (size() % 4 != 0) {
            u8(0);
        }
    }
}
