package io.ipipou.backend.netlink.nft;

import io.ipipou.backend.netlink.nft.expression.Bytes;
import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.Attributes;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/** Elements of one set. */
record ElementMessage(String table, String set, List<Element> elements) implements MessageBody {

    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;

    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_DATA = 2;
    private static final int NFTA_SET_ELEM_FLAGS = 3;
    private static final int NFTA_SET_ELEM_TIMEOUT = 4;
    private static final int NFTA_SET_ELEM_EXPIRATION = 5;
    private static final int NFTA_SET_ELEM_EXPR = 7;
    private static final int NFTA_SET_ELEM_OBJREF = 9;
    private static final int NFTA_SET_ELEM_KEY_END = 10;
    private static final int NFTA_SET_ELEM_EXPRESSIONS = 11;

    private static final AttributeNames NAMES = AttributeNames.ofMessage(
                    Nfnl.HEADER_LENGTH, "NFTA_SET_ELEM_LIST_", "TABLE 1, SET 2, ELEMENTS 3")
            .inside(
                    NFTA_SET_ELEM_LIST_ELEMENTS,
                    AttributeNames.ofNested("NFTA_LIST_", "ELEM 1")
                            .inside(
                                    NFTA_LIST_ELEM,
                                    AttributeNames.ofNested(
                                            "NFTA_SET_ELEM_", "KEY 1, DATA 2, TIMEOUT 4, EXPIRATION 5")));

    /**
     * An element.
     *
     * @param data the value in a map; no bytes in a set
     * @param timeout in milliseconds from its creation; 0 for none, or for the set's
     * @param expiration milliseconds that remain; 0 in a request
     * @param plain whether it has nothing else: no interval, no counter, and is not the catchall element
     */
    record Element(Bytes key, Bytes data, long timeout, long expiration, boolean plain) {

        private void encode(MessageWriter writer) {
            key.encode(writer, NFTA_SET_ELEM_KEY);
            if (data.length() > 0) {
                data.encode(writer, NFTA_SET_ELEM_DATA);
            }
            if (timeout != 0) {
                writer.u64be(NFTA_SET_ELEM_TIMEOUT, timeout);
            }
            if (expiration != 0) {
                writer.u64be(NFTA_SET_ELEM_EXPIRATION, expiration);
            }
        }

        private static Element decode(Attributes attributes) throws CodecException {
            boolean more = attributes.u32be(NFTA_SET_ELEM_FLAGS, 0) != 0
                    || attributes.has(NFTA_SET_ELEM_EXPR)
                    || attributes.has(NFTA_SET_ELEM_OBJREF)
                    || attributes.has(NFTA_SET_ELEM_KEY_END)
                    || attributes.has(NFTA_SET_ELEM_EXPRESSIONS);
            return new Element(
                    Bytes.decode(attributes, NFTA_SET_ELEM_KEY),
                    Bytes.decode(attributes, NFTA_SET_ELEM_DATA),
                    attributes.u64be(NFTA_SET_ELEM_TIMEOUT, 0),
                    attributes.u64be(NFTA_SET_ELEM_EXPIRATION, 0),
                    !more);
        }
    }

    ElementMessage {
        elements = List.copyOf(elements);
    }

    /** The body of a request for all elements of a set. */
    static MessageBody all(String table, String set) {
        return writer -> encodeSet(writer, table, set);
    }

    private static void encodeSet(MessageWriter writer, String table, String set) {
        Nft.header(writer);
        writer.string(Nft.TABLE, table);
        writer.string(NFTA_SET_ELEM_LIST_SET, set);
    }

    @Override
    public void encode(MessageWriter writer) {
        encodeSet(writer, table, set);
        writer.nested(
                NFTA_SET_ELEM_LIST_ELEMENTS,
                list -> elements.forEach(element -> list.nested(NFTA_LIST_ELEM, element::encode)));
    }

    @Override
    public AttributeNames names() {
        return NAMES;
    }

    static ElementMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        List<Element> elements = new ArrayList<>();
        for (Payload element : attributes.nested(NFTA_SET_ELEM_LIST_ELEMENTS).all(NFTA_LIST_ELEM)) {
            elements.add(Element.decode(element.attributes(0)));
        }
        return new ElementMessage(attributes.string(Nft.TABLE), attributes.string(NFTA_SET_ELEM_LIST_SET), elements);
    }
}
