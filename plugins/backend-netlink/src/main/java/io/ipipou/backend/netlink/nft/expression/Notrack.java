package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.MessageWriter;

/** Exempts the packet from connection tracking. */
public record Notrack() implements Expression {

    static final String NAME = "notrack";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void encodeData(MessageWriter writer) {}
}
