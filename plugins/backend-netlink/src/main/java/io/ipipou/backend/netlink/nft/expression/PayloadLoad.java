package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Loads bytes of the packet into a register.
 *
 * @param base NFT_PAYLOAD_*_HEADER
 * @param offset bytes from the base
 * @param length in bytes
 */
public record PayloadLoad(int register, int base, int offset, int length) implements Expression {

    public static final int LINK_HEADER = 0;
    public static final int NETWORK_HEADER = 1;
    public static final int TRANSPORT_HEADER = 2;

    static final String NAME = "payload";
    static final int NFTA_PAYLOAD_BASE = 2;
    static final int NFTA_PAYLOAD_OFFSET = 3;
    static final int NFTA_PAYLOAD_LEN = 4;
    private static final int NFTA_PAYLOAD_DREG = 1;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        Registers.encode(writer, NFTA_PAYLOAD_DREG, register);
        writer.u32be(NFTA_PAYLOAD_BASE, base);
        writer.u32be(NFTA_PAYLOAD_OFFSET, offset);
        writer.u32be(NFTA_PAYLOAD_LEN, length);
    }

    static PayloadLoad decode(Attributes data) throws CodecException {
        return new PayloadLoad(
                Registers.decode(data, NFTA_PAYLOAD_DREG),
                data.u32be(NFTA_PAYLOAD_BASE, 0),
                data.u32be(NFTA_PAYLOAD_OFFSET, 0),
                data.u32be(NFTA_PAYLOAD_LEN, 0));
    }
}
