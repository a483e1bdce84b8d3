package io.ipipou.netlink.wire;

import io.ipipou.spi.state.Ipv4;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages one after another. A number alone is a field of a fixed header, one with a type is an attribute.
 * Numbers are cut to their width; one that needs more, or a buffer that is too small, is the caller's mistake.
 */
public final class MessageWriter {

    private static final int NLA_F_NESTED = 0x8000;

    private final ByteBuffer buffer;

    /** @param capacity bytes of all the messages between two {@link #clear}s */
    public MessageWriter(int capacity) {
        buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    public void clear() {
        buffer.clear();
    }

    /** Bytes written. */
    public int size() {
        return buffer.position();
    }

    /** What was written, sharing this writer's memory. */
    public ByteBuffer written() {
        return buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[size()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** A whole message: header, body and padding. */
    public void message(int type, int flags, int sequence, Body body) {
        int start = size();
        u32(0).u16(type).u16(flags).u32(sequence).u32(0);
        body.encode(this);
        buffer.putInt(start, size() - start);
        pad();
    }

    public MessageWriter u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    public MessageWriter u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    public MessageWriter u16be(int value) {
        return u8(value >>> 8).u8(value);
    }

    public MessageWriter u32(int value) {
        buffer.putInt(value);
        return this;
    }

    public MessageWriter u32be(int value) {
        return u16be(value >>> 16).u16be(value);
    }

    public MessageWriter u64(long value) {
        buffer.putLong(value);
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

    public void ipv4(int type, Ipv4 value) {
        attribute(type, writer -> writer.u32be(value.bits()));
    }

    /** UTF-8 and a NUL. */
    public void string(int type, String value) {
        attribute(type, writer -> writer.text(value).u8(0));
    }

    /** UTF-8 without a NUL, for the attributes that are read by their length. */
    public void unterminated(int type, String value) {
        attribute(type, writer -> writer.text(value));
    }

    public void nested(int type, Body body) {
        attribute(type | NLA_F_NESTED, body);
    }

    private MessageWriter text(String value) {
        buffer.put(value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** An attribute whose bytes the body writes. */
    public void attribute(int type, Body value) {
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
