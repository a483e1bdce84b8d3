package io.ipipou.spi.state;

import java.util.List;
import java.util.stream.Collectors;

/** A step of a rule, and in {@code toString} what nft's language has for it. One that does not match ends its rule. */
public sealed interface NftStatement {

    /** How a field relates to a value. */
    enum Relation {
        EQUAL("=="),
        NOT_EQUAL("!="),
        AT_LEAST(">="),
        AT_MOST("<=");

        private final String text;

        Relation(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** @param value unsigned, in host order */
    record Compare(NftField field, Relation relation, int value) implements NftStatement {
        @Override
        public String toString() {
            String shown =
                    switch (field) {
                        case IP_SADDR, IP_DADDR -> new Ipv4(value).toString();
                        default -> Integer.toUnsignedString(value);
                    };
            return field + " " + (relation == Relation.EQUAL ? "" : relation + " ") + shown;
        }
    }

    /** @param member whether the key has to be in the set, or must not be */
    record Lookup(List<NftField> key, boolean member, String set) implements NftStatement {
        public Lookup {
            key = List.copyOf(key);
        }

        @Override
        public String toString() {
            return concat(key) + (member ? " @" : " != @") + set;
        }
    }

    /** Sets a field, and the checksums over it, to what the map has for the key; without such an element the rule ends. */
    record Rewrite(NftField field, List<NftField> key, String map) implements NftStatement {
        public Rewrite {
            key = List.copyOf(key);
        }

        @Override
        public String toString() {
            return field + " set " + concat(key) + " map @" + map;
        }
    }

    /** Matches the packets above a rate, which all packets that come here share. */
    record RateOver(int packetsPerSecond, int burst) implements NftStatement {
        @Override
        public String toString() {
            return "limit rate over " + packetsPerSecond + "/second burst " + burst + " packets";
        }
    }

    /** Matches the packets above a rate that each key has for itself, kept in a dynamic set. */
    record RateOverByKey(String set, List<NftField> key, RateOver rate) implements NftStatement {
        public RateOverByKey {
            key = List.copyOf(key);
        }

        @Override
        public String toString() {
            return "update @" + set + " { " + concat(key) + " " + rate + " }";
        }
    }

    /** Counts packets and octets. The counts are no part of the rule. */
    record Counter() implements NftStatement {
        @Override
        public String toString() {
            return "counter";
        }
    }

    /** No connection tracking for this packet. */
    record Notrack() implements NftStatement {
        @Override
        public String toString() {
            return "notrack";
        }
    }

    /** Hands the packet to the program that is bound to the queue, and drops it when there is none: no {@code bypass}. */
    record Queue(int number) implements NftStatement {
        @Override
        public String toString() {
            return "queue num " + number;
        }
    }

    /** The packet leaves the chain's hook. */
    record Accept() implements NftStatement {
        @Override
        public String toString() {
            return "accept";
        }
    }

    record Drop() implements NftStatement {
        @Override
        public String toString() {
            return "drop";
        }
    }

    /** Goes on in another chain, and comes back at its end. */
    record Jump(String chain) implements NftStatement {
        @Override
        public String toString() {
            return "jump " + chain;
        }
    }

    /** Goes on in another chain; at its end the base chain's policy holds. */
    record Goto(String chain) implements NftStatement {
        @Override
        public String toString() {
            return "goto " + chain;
        }
    }

    /** Something that we never write, as the backend describes it; equal to nothing that we do. */
    record Unknown(String text) implements NftStatement {
        @Override
        public String toString() {
            return text;
        }
    }

    private static String concat(List<NftField> key) {
        return key.stream().map(NftField::toString).collect(Collectors.joining(" . "));
    }
}
