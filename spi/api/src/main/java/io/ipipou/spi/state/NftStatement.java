package io.ipipou.spi.state;

import java.util.List;
import java.util.stream.Collectors;

/** A statement of a rule. {@code toString} is its nft syntax. A statement that does not match ends the rule. */
public sealed interface NftStatement {

    /** How a field is compared with a value. */
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

    /** @param value unsigned, in host byte order */
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

    /** @param member whether the key must be in the set; otherwise it must not be */
    record Lookup(List<NftField> key, boolean member, String set) implements NftStatement {
        public Lookup {
            key = List.copyOf(key);
        }

        @Override
        public String toString() {
            return concat(key) + (member ? " @" : " != @") + set;
        }
    }

    /**
     * Sets a field to the key's value in the map, and updates checksums; does not match when the map has no such key.
     */
    record Rewrite(NftField field, List<NftField> key, String map) implements NftStatement {
        public Rewrite {
            key = List.copyOf(key);
        }

        @Override
        public String toString() {
            return field + " set " + concat(key) + " map @" + map;
        }
    }

    /** Matches packets above a rate that all packets share. */
    record RateOver(int packetsPerSecond, int burst) implements NftStatement {
        @Override
        public String toString() {
            return "limit rate over " + packetsPerSecond + "/second burst " + burst + " packets";
        }
    }

    /** Matches packets above a rate that each key has of its own, kept in a dynamic set. */
    record RateOverByKey(String set, List<NftField> key, RateOver rate) implements NftStatement {
        public RateOverByKey {
            key = List.copyOf(key);
        }

        @Override
        public String toString() {
            return "update @" + set + " { " + concat(key) + " " + rate + " }";
        }
    }

    /** Counts packets and bytes. The counts are not part of the rule. */
    record Counter() implements NftStatement {
        @Override
        public String toString() {
            return "counter";
        }
    }

    /** Exempts the packet from connection tracking. */
    record Notrack() implements NftStatement {
        @Override
        public String toString() {
            return "notrack";
        }
    }

    /** Passes the packet to the process bound to the queue, or drops it if there is none (no {@code bypass}). */
    record Queue(int number) implements NftStatement {
        @Override
        public String toString() {
            return "queue num " + number;
        }
    }

    /** Accepts the packet for this hook. */
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

    /** Continues in another chain and returns at its end. */
    record Jump(String chain) implements NftStatement {
        @Override
        public String toString() {
            return "jump " + chain;
        }
    }

    /** Continues in another chain; at its end the base chain's policy applies. */
    record Goto(String chain) implements NftStatement {
        @Override
        public String toString() {
            return "goto " + chain;
        }
    }

    /** A statement that ipipou never writes, as the backend describes it; equal to no statement that ipipou writes. */
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
