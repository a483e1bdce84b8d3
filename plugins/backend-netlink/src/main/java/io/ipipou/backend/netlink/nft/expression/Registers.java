package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import java.util.Optional;

/**
 * Register numbers in messages: 0..4 are five registers of 16 bytes, the first for verdicts; 8..23 are the 4-byte parts of
 * the other four. {@link Expression} counts in units of 4 bytes instead.
 */
final class Registers {

    private static final int NFT_REG_4 = 4;
    private static final int NFT_REG32_00 = 8;
    private static final int NFT_REG32_15 = 23;
    private static final int PARTS = 4;

    private Registers() {}

    /** Prefers the 16-byte number, as the kernel does. */
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
