package io.ipipou.spi.state;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A chain and its rules, in order. */
public record NftChain(String name, Optional<Base> base, List<NftRule> rules) {

    public NftChain {
        rules = List.copyOf(rules);
    }

    /** A netfilter hook. The ordinal is the kernel's NF_INET_* number. */
    public enum Hook {
        PREROUTING,
        INPUT,
        FORWARD,
        OUTPUT,
        POSTROUTING;

        /** In nft's syntax. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where packets enter a base chain.
     *
     * @param type {@code filter}, {@code nat} or {@code route}
     * @param priority lower runs earlier; raw is -300
     * @param acceptPolicy whether packets that reach the end are accepted; otherwise they are dropped
     */
    public record Base(String type, Hook hook, int priority, boolean acceptPolicy) {

        /** A chain of type filter with policy accept, the only kind that ipipou creates. */
        public static Base filter(Hook hook, int priority) {
            return new Base("filter", hook, priority, true);
        }

        /** In nft's syntax. */
        @Override
        public String toString() {
            return "type " + type + " hook " + hook + " priority " + priority + "; policy "
                    + (acceptPolicy ? "accept" : "drop") + ";";
        }
    }
}
