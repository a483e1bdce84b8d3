package io.ipipou.netlink.wire;

import io.ipipou.spi.state.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Consecutive attributes (struct nlattr) by type. Of several with one type the last counts, as in the kernel. Unknown
 * types are skipped.
 */
public final class Attributes {

    static final int HEADER_LENGTH = 4;
    /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    private static final int TYPE_MASK = 0x3fff;
    /** Readable types are below this. An array is cheaper than a map: a link has some 60 attributes, a host thousands of links. */
    private static final int TYPES = 64;

    private final Payload bytes;
    /** By type: the attribute's offset plus 1, or 0 if it is absent. */
    private final int[] offsets = new int[TYPES];

    Attributes(Payload bytes) throws CodecException {
        this.bytes = bytes;
        int at = 0;
        while (bytes.length() - at >= HEADER_LENGTH) {
            int length = bytes.u16(at);
            if (length < HEADER_LENGTH || length > bytes.length() - at) {
                throw new CodecException(
                        "attribute of " + length + " bytes with " + (bytes.length() - at) + " bytes left");
            }
            int type = type(bytes, at);
            if (type < TYPES) {
                offsets[type] = at + 1;
            }
            at = Math.min(bytes.length(), at + Nlmsg.align(length));
        }
        if (at != bytes.length()) {
            throw new CodecException("attribute header truncated to " + (bytes.length() - at) + " bytes");
        }
    }

    /** The type of the attribute at an offset. */
    static int type(Payload bytes, int offset) throws CodecException {
        return bytes.u16(offset + 2) & TYPE_MASK;
    }

    public boolean has(int type) {
        return offsets[type] != 0;
    }

    /** The attribute's value; zero bytes if it is absent. */
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

    public long u64(int type, long absent) throws CodecException {
        return has(type) ? bytes(type).u64(0) : absent;
    }

    public long u64be(int type, long absent) throws CodecException {
        return has(type) ? bytes(type).u64be(0) : absent;
    }

    public Optional<Ipv4> ipv4(int type) throws CodecException {
        return has(type) ? Optional.of(bytes(type).ipv4(0)) : Optional.empty();
    }

    /** Empty if the attribute is absent. */
    public String string(int type) throws CodecException {
        return bytes(type).string();
    }

    /** The values of all attributes of the type, in order. */
    public List<Payload> all(int type) throws CodecException {
        List<Payload> all = new ArrayList<>();
        for (int at = 0; bytes.length() - at >= HEADER_LENGTH; at += Nlmsg.align(bytes.u16(at))) {
            if (type(bytes, at) == type) {
                all.add(bytes.slice(at + HEADER_LENGTH, bytes.u16(at) - HEADER_LENGTH));
            }
        }
        return all;
    }

    /** The attributes inside the attribute; none if it is absent. */
    public Attributes nested(int type) throws CodecException {
        return bytes(type).attributes(0);
    }
}
