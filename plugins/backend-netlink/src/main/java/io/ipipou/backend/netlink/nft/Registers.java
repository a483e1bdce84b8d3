package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import java.util.Optional;

/**
 * Numbers of registers in messages: 0..4 are five of 16 octets, the first for verdicts, and 8..23 are the other four's
 * parts of 4 octets. {@link Expression} numbers them all by 4 octets.
 */
final class Registers {

    private static final int NFT_REG_4 = 4;
    private static final int NFT_REG32_00 = 8;
    private static final int NFT_REG32_15 = 23;
    private static final int PARTS = 4;

    private Registers() {}

    /** As the kernel itself: by the old number where there is one. */
    static void encode(MessageWriter writer, int type, int register) {
        writer.u32be(type, register % PARTS == 0 ? register / PARTS : register - Expression.FIRST + NFT_REG32_00);
    }

    static int decode(Attributes attributes, int type) throws CodecException {
        int number = attributes.u32be(type, 0);
        if (number >= 0 && number <= NFT_REG_4) {
            return number * PARTS;
        }
        if (number < NFT_REG32_00 || number > NFT_REG32_15) {
            throw new CodecException("register " + number);
        }
        return number - NFT_REG32_00 + Expression.FIRST;
    }

    static Optional<Integer> decodeOptional(Attributes attributes, int type) throws CodecException {
        return attributes.has(type) ? Optional.of(decode(attributes, type)) : Optional.empty();
    }
}
