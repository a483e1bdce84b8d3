package io.ipipou.spi.state;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A chain with its rules, in order. */
public record NftChain(String name, Optional<Base> base, List<NftRule> rules) {

    public NftChain {
        rules = List.copyOf(rules);
    }

    /** A hook of the IPv4 stack; {@code ordinal} is the kernel's NF_INET_* number. */
    public enum Hook {
        PREROUTING,
        INPUT,
        FORWARD,
        OUTPUT,
        POSTROUTING;

        /** As in nft's language. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where packets enter a base chain.
     *
     * @param type {@code filter}, {@code nat} or {@code route}
     * @param priority the lower, the earlier; raw is -300
     * @param acceptPolicy whether what reaches the end is accepted, else it is dropped
     */
    public record Base(String type, Hook hook, int priority, boolean acceptPolicy) {

        /** Of type filter with policy accept: the only form we make. */
        public static Base filter(Hook hook, int priority) {
            return new Base("filter", hook, priority, true);
        }

        /** As in nft's language. */
        @Override
        public String toString() {
            return "type " + type + " hook " + hook + " priority " + priority + "; policy "
                    + (acceptPolicy ? "accept" : "drop") + ";";
        }
    }
}
