package io.ipipou.backend.netlink.nft.expression;

import io.ipipou.netlink.wire.MessageWriter;

/** An expression that ipipou never writes; only its name is kept. */
public record Unsupported(String name) implements Expression {

    @Override
    public void encodeData(MessageWriter writer) {}
}
