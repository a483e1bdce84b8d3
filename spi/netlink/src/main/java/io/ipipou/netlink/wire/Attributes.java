package io.ipipou.netlink.wire;

import io.ipipou.spi.state.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run of attributes (struct nlattr), by type; of two with one type the last counts, as in the kernel. What a reader
 * does not ask for is skipped.
 */
public final class Attributes {

    private static final int HEADER_LENGTH = 4;
    /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    private static final int TYPE_MASK = 0x3fff;
    /** Types that can be asked for are below this; a link has some sixty of them, and a host thousands of links. */
    private static final int TYPES = 64;

    private final Payload bytes;
    /** By type: one more than the attribute's offset, 0 when it is not there. */
    private final int[] offsets = new int[TYPES];

    Attributes(Payload bytes) throws CodecException {
        this.bytes = bytes;
        int at = 0;
        while (bytes.length() - at >= HEADER_LENGTH) {
            int length = bytes.u16(at);
            if (length < HEADER_LENGTH || length > bytes.length() - at) {
                throw new CodecException(
                        "an attribute of " + length + " bytes where " + (bytes.length() - at) + " are left");
            }
            int type = bytes.u16(at + 2) & TYPE_MASK;
            if (type < TYPES) {
                offsets[type] = at + 1;
            }
            at = Math.min(bytes.length(), at + Nlmsg.align(length));
        }
        if (at != bytes.length()) {
            throw new CodecException("an attribute header cut short at " + (bytes.length() - at) + " bytes");
        }
    }

    public boolean has(int type) {
        return offsets[type] != 0;
    }

    /** The attribute's bytes; none when it is not there. */
    public Payload bytes(int type) throws CodecException {
        if (!has(type)) {
            return Payload.EMPTY;
        }
        int at = offsets[type] - 1;
        return bytes.slice(at + HEADER_LENGTH, bytes.u16(at) - HEADER_LENGTH);
    }

    public int u8(int type, int absent) throws CodecException {
        return has(type) ? bytes(type).u8(0) : absent;
    }

    public int u16(int type, int absent) throws CodecException {
        return has(type) ? bytes(type).u16(0) : absent;
    }

    public int u16be(int type, int absent) throws CodecException {
        return has(type) ? bytes(type).u16be(0) : absent;
    }

    public int u32(int type, int absent) throws CodecException {
        return has(type) ? bytes(type).u32(0) : absent;
    }

    public int u32be(int type, int absent) throws CodecException {
        return has(type) ? bytes(type).u32be(0) : absent;
    }

    public long u64be(int type, long absent) throws CodecException {
        return has(type) ? bytes(type).u64be(0) : absent;
    }

    public Optional<Integer> u32(int type) throws CodecException {
        return has(type) ? Optional.of(bytes(type).u32(0)) : Optional.empty();
    }

    public Optional<Ipv4> ipv4(int type) throws CodecException {
        return has(type) ? Optional.of(bytes(type).ipv4(0)) : Optional.empty();
    }

    /** Empty when the attribute is not there. */
    public String string(int type) throws CodecException {
        return bytes(type).string();
    }

    /** All attributes of the type, in order: what the kernel calls a list. */
    public List<Payload> all(int type) throws CodecException {
        List<Payload> all = new ArrayList<>();
        for (int at = 0; bytes.length() - at >= HEADER_LENGTH; at += Nlmsg.align(bytes.u16(at))) {
            if ((bytes.u16(at + 2) & TYPE_MASK) == type) {
                all.add(bytes.slice(at + HEADER_LENGTH, bytes.u16(at) - HEADER_LENGTH));
            }
        }
        return all;
    }

    /** The attributes inside; none when it is not there. */
    public Attributes nested(int type) throws CodecException {
        return bytes(type).attributes(0);
    }
}
