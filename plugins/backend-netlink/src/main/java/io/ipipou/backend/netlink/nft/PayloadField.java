package io.ipipou.backend.netlink.nft;

import io.ipipou.spi.state.NftField;
import java.util.Arrays;
import java.util.Optional;

/** Where a field is taken from, and into how many octets. */
record PayloadField(int base, int offset, int length) {

    /** Not of a header, but of what the kernel knows of the packet: {@code offset} is NFT_META_*. */
    private static final int META = -1;

    /** The half octet of {@link NftField#INNER_VERSION} is the upper one of the octet that is loaded. */
    static final int VERSION_SHIFT = 4;

    static final Bytes VERSION_MASK = Bytes.of(0xf0);

    static PayloadField of(NftField field) {
        return switch (field) {
            case L4PROTO -> new PayloadField(META, Expression.Meta.L4PROTO, 1);
            case IP_SADDR -> new PayloadField(Expression.Load.NETWORK, 12, 4);
            case IP_DADDR -> new PayloadField(Expression.Load.NETWORK, 16, 4);
            case TH_SPORT -> new PayloadField(Expression.Load.TRANSPORT, 0, 2);
            case TH_DPORT -> new PayloadField(Expression.Load.TRANSPORT, 2, 2);
            case UDP_LENGTH -> new PayloadField(Expression.Load.TRANSPORT, 4, 2);
            case INNER_VERSION -> new PayloadField(Expression.Load.TRANSPORT, 8, 1);
            case INNER_LENGTH -> new PayloadField(Expression.Load.TRANSPORT, 10, 2);
        };
    }

    /** The field that is there; for {@link NftField#INNER_VERSION} it has to be masked yet. */
    static Optional<NftField> field(int base, int offset, int length) {
        PayloadField place = new PayloadField(base, offset, length);
        return Arrays.stream(NftField.values())
                .filter(field -> of(field).equals(place))
                .findFirst();
    }

    static Optional<NftField> meta(int key) {
        return key == Expression.Meta.L4PROTO ? Optional.of(NftField.L4PROTO) : Optional.empty();
    }

    Expression load(int register) {
        return base == META
                ? new Expression.Meta(register, offset)
                : new Expression.Load(register, base, offset, length);
    }
}
