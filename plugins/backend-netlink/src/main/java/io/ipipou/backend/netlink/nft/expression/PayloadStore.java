package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;

/**
 * Writes a register to the packet and updates checksums.
 *
 * @param base NFT_PAYLOAD_*_HEADER
 * @param offset bytes from the base
 * @param length in bytes
 * @param checksum NFT_PAYLOAD_CSUM_*
 * @param checksumOffset bytes from the base to the checksum that is updated
 * @param checksumFlags NFT_PAYLOAD_L4CSUM_PSEUDOHDR to update the transport header's checksum too
 */
public record PayloadStore(
        int register, int base, int offset, int length, int checksum, int checksumOffset, int checksumFlags)
        implements Expression {

    public static final int INET_CHECKSUM = 1;
    public static final int PSEUDO_HEADER = 1;

    private static final int NFTA_PAYLOAD_SREG = 5;
    private static final int NFTA_PAYLOAD_CSUM_TYPE = 6;
    private static final int NFTA_PAYLOAD_CSUM_OFFSET = 7;
    private static final int NFTA_PAYLOAD_CSUM_FLAGS = 8;

    /** The same from another register. */
    public PayloadStore withRegister(int other) {
        return new PayloadStore(other, base, offset, length, checksum, checksumOffset, checksumFlags);
    }

    @Override
    public String name() {
        return PayloadLoad.NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {
        Registers.encode(writer, NFTA_PAYLOAD_SREG, register);
        writer.u32be(PayloadLoad.NFTA_PAYLOAD_BASE, base);
        writer.u32be(PayloadLoad.NFTA_PAYLOAD_OFFSET, offset);
        writer.u32be(PayloadLoad.NFTA_PAYLOAD_LEN, length);
        writer.u32be(NFTA_PAYLOAD_CSUM_TYPE, checksum);
        writer.u32be(NFTA_PAYLOAD_CSUM_OFFSET, checksumOffset);
        if (checksumFlags != 0) {
            writer.u32be(NFTA_PAYLOAD_CSUM_FLAGS, checksumFlags);
        }
    }

    /** Loads and stores share a name; a store has a source register. */
    static boolean isStore(Attributes data) {
        return data.has(NFTA_PAYLOAD_SREG);
    }

    static PayloadStore decode(Attributes data) throws CodecException {
        return new PayloadStore(
                Registers.decode(data, NFTA_PAYLOAD_SREG),
                data.u32be(PayloadLoad.NFTA_PAYLOAD_BASE, 0),
                data.u32be(PayloadLoad.NFTA_PAYLOAD_OFFSET, 0),
                data.u32be(PayloadLoad.NFTA_PAYLOAD_LEN, 0),
                data.u32be(NFTA_PAYLOAD_CSUM_TYPE, 0),
                data.u32be(NFTA_PAYLOAD_CSUM_OFFSET, 0),
                data.u32be(NFTA_PAYLOAD_CSUM_FLAGS, 0));
    }
}
