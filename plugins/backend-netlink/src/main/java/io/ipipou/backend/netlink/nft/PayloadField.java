package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Bytes;
import io.ipipou.backend.netlink.nft.expression.Expression;
import io.ipipou.backend.netlink.nft.expression.MetaLoad;
import io.ipipou.backend.netlink.nft.expression.PayloadLoad;
import io.ipipou.spi.state.NftField;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a field is loaded from.
 *
 * @param base NFT_PAYLOAD_*_HEADER, or {@link #META}
 * @param offset bytes from the base, or NFT_META_*
 * @param length in bytes
 */
record PayloadField(int base, int offset, int length) {

    /** The field is metadata of the packet. */
    private static final int META = -1;

    /** {@link NftField#INNER_VERSION} is the upper half of the byte that is loaded. */
    static final int VERSION_SHIFT = 4;

    static final Bytes VERSION_MASK = Bytes.of(0xf0);

    static PayloadField of(NftField field) {
        return switch (field) {
            case L4PROTO -> new PayloadField(META, MetaLoad.L4PROTO, 1);
            case IP_SADDR -> new PayloadField(PayloadLoad.NETWORK_HEADER, 12, 4);
            case IP_DADDR -> new PayloadField(PayloadLoad.NETWORK_HEADER, 16, 4);
            case TH_SPORT -> new PayloadField(PayloadLoad.TRANSPORT_HEADER, 0, 2);
            case TH_DPORT -> new PayloadField(PayloadLoad.TRANSPORT_HEADER, 2, 2);
            case UDP_LENGTH -> new PayloadField(PayloadLoad.TRANSPORT_HEADER, 4, 2);
            case INNER_VERSION -> new PayloadField(PayloadLoad.TRANSPORT_HEADER, 8, 1);
            case INNER_LENGTH -> new PayloadField(PayloadLoad.TRANSPORT_HEADER, 10, 2);
        };
    }

    /** The field at these bytes of the packet; {@link NftField#INNER_VERSION} for its whole byte. */
    static Optional<NftField> find(int base, int offset, int length) {
        PayloadField wanted = new PayloadField(base, offset, length);
        return Arrays.stream(NftField.values())
                .filter(field -> of(field).equals(wanted))
                .findFirst();
    }

    static Optional<NftField> findMeta(int key) {
        return find(META, key, 1);
    }

    Expression load(int register) {
        return base == META ? new MetaLoad(register, offset) : new PayloadLoad(register, base, offset, length);
    }
}
