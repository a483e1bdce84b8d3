package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;
import java.util.Optional;

/**
 * A chain without its rules.
 *
 * @param hook empty for a chain that packets enter only by a jump
 * @param flags NFT_CHAIN_*, except NFT_CHAIN_BASE, which follows from the hook
 */
record ChainMessage(String table, String name, Optional<Hook> hook, int flags) implements MessageBody {

    private static final int NFT_CHAIN_BASE = 1;
    private static final int NFT_CHAIN_BINDING = 4;

    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_CHAIN_FLAGS = 10;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    Nfnl.HEADER_LENGTH, "NFTA_CHAIN_", "TABLE 1, NAME 3, HOOK 4, POLICY 5, TYPE 7, FLAGS 10")
            .inside(NFTA_CHAIN_HOOK, AttributeNames.ofNested("NFTA_HOOK_", "HOOKNUM 1, PRIORITY 2"));

    /**
     * Where packets enter a base chain.
     *
     * @param number NF_INET_*
     * @param policy NF_DROP or NF_ACCEPT
     */
    record Hook(String type, int number, int priority, int policy) {

        static final int NF_DROP = 0;
        static final int NF_ACCEPT = 1;
    }

    /** Whether it belongs to one rule, and is deleted with it. */
    boolean anonymous() {
        return (flags & NFT_CHAIN_BINDING) != 0;
    }

    /** The body of a request to delete it. */
    MessageBody deletion() {
        return NAMES.of(this::encodeName);
    }

    private void encodeName(MessageWriter writer) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_CHAIN_NAME, name);
    }

    @Override
    public void encode(MessageWriter writer) {
        encodeName(writer);
        hook.ifPresent(base -> {
            writer.string(NFTA_CHAIN_TYPE, base.type());
            writer.u32be(NFTA_CHAIN_POLICY, base.policy());
            writer.nested(NFTA_CHAIN_HOOK, inner -> {
                inner.u32be(NFTA_HOOK_HOOKNUM, base.number());
                inner.u32be(NFTA_HOOK_PRIORITY, base.priority());
            });
        });
        if (flags != 0) {
            writer.u32be(NFTA_CHAIN_FLAGS, flags | (hook.isPresent() ? NFT_CHAIN_BASE : 0));
        }
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    static ChainMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        Optional<Hook> hook = Optional.empty();
        if (attributes.has(NFTA_CHAIN_HOOK)) {
            Attributes base = attributes.nested(NFTA_CHAIN_HOOK);
            hook = Optional.of(new Hook(
                    attributes.string(NFTA_CHAIN_TYPE),
                    base.u32be(NFTA_HOOK_HOOKNUM, 0),
                    base.u32be(NFTA_HOOK_PRIORITY, 0),
                    attributes.u32be(NFTA_CHAIN_POLICY, Hook.NF_ACCEPT)));
        }
        return new ChainMessage(
                attributes.string(Nft.TABLE),
                attributes.string(NFTA_CHAIN_NAME),
                hook,
                attributes.u32be(NFTA_CHAIN_FLAGS, 0) & ~NFT_CHAIN_BASE);
    }
}
