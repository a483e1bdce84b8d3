package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of a rule as the kernel carries it out. Registers are numbered here by 4 octets: {@link #VERDICT} and then
 * {@link #FIRST} up to 19; values in them are in network order, from the first octet on.
 */
sealed interface Expression {

    /** The register that ends a rule when something is written to it. */
    int VERDICT = 0;

    /** The first register for data: NFT_REG_1, which is NFT_REG32_00 too. */
    int FIRST = 4;

    /** One more than the last register, NFT_REG32_15. */
    int END = 20;

    int NFTA_EXPR_NAME = 1;
    int NFTA_EXPR_DATA = 2;

    /** The kernel's name of its kind. */
    String name();

    void encodeData(MessageWriter writer);

    /** @param base NFT_PAYLOAD_*_HEADER */
    record Load(int register, int base, int offset, int length) implements Expression {

        static final int NETWORK = 1;
        static final int TRANSPORT = 2;

        static final String NAME = "payload";
        static final int NFTA_PAYLOAD_DREG = 1;
        static final int NFTA_PAYLOAD_BASE = 2;
        static final int NFTA_PAYLOAD_OFFSET = 3;
        static final int NFTA_PAYLOAD_LEN = 4;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            Registers.encode(writer, NFTA_PAYLOAD_DREG, register);
            writer.u32be(NFTA_PAYLOAD_BASE, base);
            writer.u32be(NFTA_PAYLOAD_OFFSET, offset);
            writer.u32be(NFTA_PAYLOAD_LEN, length);
        }
    }

    /**
     * Writes to the packet.
     *
     * @param checksum NFT_PAYLOAD_CSUM_*
     * @param checksumOffset of the checksum that is mended, from the base
     * @param checksumFlags NFT_PAYLOAD_L4CSUM_PSEUDOHDR to mend the transport header's as well
     */
    record Store(int register, int base, int offset, int length, int checksum, int checksumOffset, int checksumFlags)
            implements Expression {

        static final int INET_CHECKSUM = 1;
        static final int PSEUDO_HEADER = 1;

        /** The same from another register. */
        Store from(int other) {
            return new Store(other, base, offset, length, checksum, checksumOffset, checksumFlags);
        }

        private static final int NFTA_PAYLOAD_SREG = 5;
        private static final int NFTA_PAYLOAD_CSUM_TYPE = 6;
        private static final int NFTA_PAYLOAD_CSUM_OFFSET = 7;
        private static final int NFTA_PAYLOAD_CSUM_FLAGS = 8;

        @Override
        public String name() {
            return Load.NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            Registers.encode(writer, NFTA_PAYLOAD_SREG, register);
            writer.u32be(Load.NFTA_PAYLOAD_BASE, base);
            writer.u32be(Load.NFTA_PAYLOAD_OFFSET, offset);
            writer.u32be(Load.NFTA_PAYLOAD_LEN, length);
            writer.u32be(NFTA_PAYLOAD_CSUM_TYPE, checksum);
            writer.u32be(NFTA_PAYLOAD_CSUM_OFFSET, checksumOffset);
            if (checksumFlags != 0) {
                writer.u32be(NFTA_PAYLOAD_CSUM_FLAGS, checksumFlags);
            }
        }
    }

    /** @param key NFT_META_* */
    record Meta(int register, int key) implements Expression {

        static final int L4PROTO = 16;

        static final String NAME = "meta";
        private static final int NFTA_META_DREG = 1;
        private static final int NFTA_META_KEY = 2;
        private static final int NFTA_META_SREG = 3;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            Registers.encode(writer, NFTA_META_DREG, register);
            writer.u32be(NFTA_META_KEY, key);
        }
    }

    /** @param relation NFT_CMP_* */
    record Compare(int register, int relation, Bytes value) implements Expression {

        static final int EQ = 0;
        static final int NEQ = 1;
        static final int LTE = 3;
        static final int GTE = 5;

        static final String NAME = "cmp";
        private static final int NFTA_CMP_SREG = 1;
        private static final int NFTA_CMP_OP = 2;
        private static final int NFTA_CMP_DATA = 3;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            Registers.encode(writer, NFTA_CMP_SREG, register);
            writer.u32be(NFTA_CMP_OP, relation);
            value.encode(writer, NFTA_CMP_DATA);
        }
    }

    /** {@code target = (source & mask) ^ xor}. */
    record Bitwise(int source, int target, Bytes mask, Bytes xor) implements Expression {

        static final String NAME = "bitwise";
        private static final int NFTA_BITWISE_SREG = 1;
        private static final int NFTA_BITWISE_DREG = 2;
        private static final int NFTA_BITWISE_LEN = 3;
        private static final int NFTA_BITWISE_MASK = 4;
        private static final int NFTA_BITWISE_XOR = 5;
        private static final int NFTA_BITWISE_OP = 6;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            Registers.encode(writer, NFTA_BITWISE_SREG, source);
            Registers.encode(writer, NFTA_BITWISE_DREG, target);
            writer.u32be(NFTA_BITWISE_LEN, mask.length());
            mask.encode(writer, NFTA_BITWISE_MASK);
            xor.encode(writer, NFTA_BITWISE_XOR);
        }
    }

    /**
     * Ends the rule unless the key is in the set, or with {@code inverted} if it is.
     *
     * @param source of the key, as many registers as the set's key takes
     * @param target for what a map has for the key
     */
    record Lookup(String set, int source, Optional<Integer> target, boolean inverted) implements Expression {

        static final String NAME = "lookup";
        private static final int NFTA_LOOKUP_SET = 1;
        private static final int NFTA_LOOKUP_SREG = 2;
        private static final int NFTA_LOOKUP_DREG = 3;
        private static final int NFTA_LOOKUP_FLAGS = 5;
        private static final int NFT_LOOKUP_F_INV = 1;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            writer.string(NFTA_LOOKUP_SET, set);
            Registers.encode(writer, NFTA_LOOKUP_SREG, source);
            target.ifPresent(register -> Registers.encode(writer, NFTA_LOOKUP_DREG, register));
            if (inverted) {
                writer.u32be(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
            }
        }
    }

    /**
     * Ends the rule with a verdict.
     *
     * @param code NF_* or NFT_*
     * @param chain where to, with NFT_JUMP and NFT_GOTO; empty else
     */
    record Verdict(int code, String chain) implements Expression {

        static final int DROP = 0;
        static final int ACCEPT = 1;
        static final int CONTINUE = -1;
        static final int JUMP = -3;
        static final int GOTO = -4;
        static final int RETURN = -5;

        static final String NAME = "immediate";
        private static final int NFTA_IMMEDIATE_DREG = 1;
        private static final int NFTA_IMMEDIATE_DATA = 2;
        private static final int NFTA_DATA_VERDICT = 2;
        private static final int NFTA_VERDICT_CODE = 1;
        private static final int NFTA_VERDICT_CHAIN = 2;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            Registers.encode(writer, NFTA_IMMEDIATE_DREG, VERDICT);
            writer.nested(
                    NFTA_IMMEDIATE_DATA,
                    data -> data.nested(NFTA_DATA_VERDICT, inner -> {
                        inner.u32be(NFTA_VERDICT_CODE, code);
                        if (!chain.isEmpty()) {
                            inner.string(NFTA_VERDICT_CHAIN, chain);
                        }
                    }));
        }
    }

    /**
     * Hands the packet to a program.
     *
     * @param total of the queues from {@code number} on that packets are spread over
     * @param flags NFT_QUEUE_FLAG_*
     */
    record Queue(int number, int total, int flags) implements Expression {

        static final String NAME = "queue";
        private static final int NFTA_QUEUE_NUM = 1;
        private static final int NFTA_QUEUE_TOTAL = 2;
        private static final int NFTA_QUEUE_FLAGS = 3;
        private static final int NFTA_QUEUE_SREG_QNUM = 4;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            writer.u16be(NFTA_QUEUE_NUM, number);
            writer.u16be(NFTA_QUEUE_TOTAL, total);
            if (flags != 0) {
                writer.u16be(NFTA_QUEUE_FLAGS, flags);
            }
        }
    }

    record Counter(long packets, long bytes) implements Expression {

        static final String NAME = "counter";
        private static final int NFTA_COUNTER_BYTES = 1;
        private static final int NFTA_COUNTER_PACKETS = 2;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            writer.u64be(NFTA_COUNTER_BYTES, bytes);
            writer.u64be(NFTA_COUNTER_PACKETS, packets);
        }
    }

    /**
     * Ends the rule above the rate, or with {@code over} below it.
     *
     * @param rate packets or octets a unit
     * @param unit seconds
     * @param type NFT_LIMIT_*
     */
    record Limit(long rate, long unit, int burst, int type, boolean over) implements Expression {

        static final int PACKETS = 0;

        static final String NAME = "limit";
        private static final int NFTA_LIMIT_RATE = 1;
        private static final int NFTA_LIMIT_UNIT = 2;
        private static final int NFTA_LIMIT_BURST = 3;
        private static final int NFTA_LIMIT_TYPE = 4;
        private static final int NFTA_LIMIT_FLAGS = 5;
        private static final int NFT_LIMIT_F_INV = 1;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            writer.u64be(NFTA_LIMIT_RATE, rate);
            writer.u64be(NFTA_LIMIT_UNIT, unit);
            writer.u32be(NFTA_LIMIT_BURST, burst);
            writer.u32be(NFTA_LIMIT_TYPE, type);
            writer.u32be(NFTA_LIMIT_FLAGS, over ? NFT_LIMIT_F_INV : 0);
        }
    }

    /**
     * Makes, or keeps alive, the element of the set for a key, and carries out what the element has for itself.
     *
     * @param operation NFT_DYNSET_OP_*
     * @param source of the key, as many registers as the set's key takes
     * @param data of the map's data
     * @param timeout in milliseconds, 0 for the set's
     * @param inverted whether the rule ends where it otherwise goes on
     */
    record Dynset(
            String set,
            int operation,
            int source,
            Optional<Integer> data,
            long timeout,
            boolean inverted,
            List<Expression> each)
            implements Expression {

        static final int UPDATE = 1;

        static final String NAME = "dynset";
        private static final int NFTA_DYNSET_SET_NAME = 1;
        private static final int NFTA_DYNSET_OP = 3;
        private static final int NFTA_DYNSET_SREG_KEY = 4;
        private static final int NFTA_DYNSET_SREG_DATA = 5;
        private static final int NFTA_DYNSET_TIMEOUT = 6;
        private static final int NFTA_DYNSET_EXPR = 7;
        private static final int NFTA_DYNSET_FLAGS = 9;
        private static final int NFTA_DYNSET_EXPRESSIONS = 10;
        private static final int NFTA_LIST_ELEM = 1;
        private static final int NFT_DYNSET_F_INV = 1;
        private static final int NFT_DYNSET_F_EXPR = 2;

        public Dynset {
            each = List.copyOf(each);
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {
            writer.string(NFTA_DYNSET_SET_NAME, set);
            writer.u32be(NFTA_DYNSET_OP, operation);
            Registers.encode(writer, NFTA_DYNSET_SREG_KEY, source);
            data.ifPresent(register -> Registers.encode(writer, NFTA_DYNSET_SREG_DATA, register));
            if (timeout != 0) {
                writer.u64be(NFTA_DYNSET_TIMEOUT, timeout);
            }
            int flags = (inverted ? NFT_DYNSET_F_INV : 0) | (each.size() > 1 ? NFT_DYNSET_F_EXPR : 0);
            if (flags != 0) {
                writer.u32be(NFTA_DYNSET_FLAGS, flags);
            }
            if (each.size() == 1) {
                writer.nested(NFTA_DYNSET_EXPR, each.get(0)::encode);
            } else if (!each.isEmpty()) {
                writer.nested(
                        NFTA_DYNSET_EXPRESSIONS, list -> each.forEach(one -> list.nested(NFTA_LIST_ELEM, one::encode)));
            }
        }
    }

    record Notrack() implements Expression {

        static final String NAME = "notrack";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void encodeData(MessageWriter writer) {}
    }

    /** One that we have no use for. */
    record Other(String name) implements Expression {
        @Override
        public void encodeData(MessageWriter writer) {}
    }

    default void encode(MessageWriter writer) {
        writer.string(NFTA_EXPR_NAME, name());
        if (!(this instanceof Notrack)) {
            writer.nested(NFTA_EXPR_DATA, this::encodeData);
        }
    }

    static Expression decode(Attributes attributes) throws CodecException {
        String name = attributes.string(NFTA_EXPR_NAME);
        Attributes data = attributes.nested(NFTA_EXPR_DATA);
        return switch (name) {
            case Load.NAME -> payload(data);
            case Meta.NAME ->
                data.has(Meta.NFTA_META_SREG)
                        ? new Other("meta set")
                        : new Meta(Registers.decode(data, Meta.NFTA_META_DREG), data.u32be(Meta.NFTA_META_KEY, 0));
            case Compare.NAME ->
                new Compare(
                        Registers.decode(data, Compare.NFTA_CMP_SREG),
                        data.u32be(Compare.NFTA_CMP_OP, 0),
                        Bytes.decode(data, Compare.NFTA_CMP_DATA));
            case Bitwise.NAME ->
                data.u32be(Bitwise.NFTA_BITWISE_OP, 0) != 0
                        ? new Other("bitwise shift")
                        : new Bitwise(
                                Registers.decode(data, Bitwise.NFTA_BITWISE_SREG),
                                Registers.decode(data, Bitwise.NFTA_BITWISE_DREG),
                                Bytes.decode(data, Bitwise.NFTA_BITWISE_MASK),
                                Bytes.decode(data, Bitwise.NFTA_BITWISE_XOR));
            case Lookup.NAME ->
                new Lookup(
                        data.string(Lookup.NFTA_LOOKUP_SET),
                        Registers.decode(data, Lookup.NFTA_LOOKUP_SREG),
                        Registers.decodeOptional(data, Lookup.NFTA_LOOKUP_DREG),
                        (data.u32be(Lookup.NFTA_LOOKUP_FLAGS, 0) & Lookup.NFT_LOOKUP_F_INV) != 0);
            case Verdict.NAME -> immediate(data);
            case Queue.NAME ->
                data.has(Queue.NFTA_QUEUE_SREG_QNUM)
                        ? new Other("queue by a value of the packet")
                        : new Queue(
                                data.u16be(Queue.NFTA_QUEUE_NUM, 0),
                                data.u16be(Queue.NFTA_QUEUE_TOTAL, 0),
                                data.u16be(Queue.NFTA_QUEUE_FLAGS, 0));
            case Counter.NAME ->
                new Counter(data.u64be(Counter.NFTA_COUNTER_PACKETS, 0), data.u64be(Counter.NFTA_COUNTER_BYTES, 0));
            case Limit.NAME ->
                new Limit(
                        data.u64be(Limit.NFTA_LIMIT_RATE, 0),
                        data.u64be(Limit.NFTA_LIMIT_UNIT, 0),
                        data.u32be(Limit.NFTA_LIMIT_BURST, 0),
                        data.u32be(Limit.NFTA_LIMIT_TYPE, 0),
                        (data.u32be(Limit.NFTA_LIMIT_FLAGS, 0) & Limit.NFT_LIMIT_F_INV) != 0);
            case Dynset.NAME -> dynset(data);
            case Notrack.NAME -> new Notrack();
            default -> new Other(name);
        };
    }

    private static Expression payload(Attributes data) throws CodecException {
        int base = data.u32be(Load.NFTA_PAYLOAD_BASE, 0);
        int offset = data.u32be(Load.NFTA_PAYLOAD_OFFSET, 0);
        int length = data.u32be(Load.NFTA_PAYLOAD_LEN, 0);
        if (!data.has(Store.NFTA_PAYLOAD_SREG)) {
            return new Load(Registers.decode(data, Load.NFTA_PAYLOAD_DREG), base, offset, length);
        }
        return new Store(
                Registers.decode(data, Store.NFTA_PAYLOAD_SREG),
                base,
                offset,
                length,
                data.u32be(Store.NFTA_PAYLOAD_CSUM_TYPE, 0),
                data.u32be(Store.NFTA_PAYLOAD_CSUM_OFFSET, 0),
                data.u32be(Store.NFTA_PAYLOAD_CSUM_FLAGS, 0));
    }

    private static Expression immediate(Attributes data) throws CodecException {
        Attributes value = data.nested(Verdict.NFTA_IMMEDIATE_DATA);
        if (!value.has(Verdict.NFTA_DATA_VERDICT)) {
            return new Other("a constant");
        }
        Attributes verdict = value.nested(Verdict.NFTA_DATA_VERDICT);
        return new Verdict(verdict.u32be(Verdict.NFTA_VERDICT_CODE, 0), verdict.string(Verdict.NFTA_VERDICT_CHAIN));
    }

    private static Expression dynset(Attributes data) throws CodecException {
        List<Expression> each = new ArrayList<>();
        if (data.has(Dynset.NFTA_DYNSET_EXPR)) {
            each.add(decodeInner(data.nested(Dynset.NFTA_DYNSET_EXPR)));
        }
        for (Payload one : data.nested(Dynset.NFTA_DYNSET_EXPRESSIONS).all(Dynset.NFTA_LIST_ELEM)) {
            each.add(decodeInner(one.attributes(0)));
        }
        return new Dynset(
                data.string(Dynset.NFTA_DYNSET_SET_NAME),
                data.u32be(Dynset.NFTA_DYNSET_OP, 0),
                Registers.decode(data, Dynset.NFTA_DYNSET_SREG_KEY),
                Registers.decodeOptional(data, Dynset.NFTA_DYNSET_SREG_DATA),
                data.u64be(Dynset.NFTA_DYNSET_TIMEOUT, 0),
                (data.u32be(Dynset.NFTA_DYNSET_FLAGS, 0) & Dynset.NFT_DYNSET_F_INV) != 0,
                each);
    }

    /** The kernel nests them no deeper. */
    private static Expression decodeInner(Attributes attributes) throws CodecException {
        String name = attributes.string(NFTA_EXPR_NAME);
        return name.equals(Dynset.NAME) ? new Other(name) : decode(attributes);
    }
}
