package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;

/** Whether a tunnel gets a private local address, by which the kernel tells peers behind the same NAT address apart. */
public sealed interface AliasChoice {

    /** One of {@link GlobalSettings#aliasRange} where it is needed. */
    record Auto() implements AliasChoice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /** None, even if the tunnel conflicts with another. */
    record Never() implements AliasChoice {
        @Override
        public String toString() {
            return "never";
        }
    }

    /** @param address in {@link GlobalSettings#aliasRange} and no other tunnel's */
    record Fixed(Ipv4 address) implements AliasChoice {}
}
