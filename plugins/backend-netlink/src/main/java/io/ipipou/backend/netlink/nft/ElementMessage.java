package io.ipipou.backend.netlink.nft;

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

    /**
     * An element.
     *
     * @param data of a map; no octets in a set
     * @param timeout how long it stays from its making on, in milliseconds; 0 for good, or as long as the set says
     * @param expiration how much of that is left; 0 in a request
     * @param plain whether there is nothing more to it: no interval, no counter, not the one for all other keys
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

    /** The body of the request for all elements of a set. */
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

    static ElementMessage decode(Payload payload) throws CodecException {
        Attributes attributes = payload.attributes(Nfnl.HEADER_LENGTH);
        List<Element> elements = new ArrayList<>();
        for (Payload element : attributes.nested(NFTA_SET_ELEM_LIST_ELEMENTS).all(NFTA_LIST_ELEM)) {
            elements.add(Element.decode(element.attributes(0)));
        }
        return new ElementMessage(attributes.string(Nft.TABLE), attributes.string(NFTA_SET_ELEM_LIST_SET), elements);
    }
}
