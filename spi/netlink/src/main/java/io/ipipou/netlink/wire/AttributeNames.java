package io.ipipou.netlink.wire;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Names of attributes in the kernel's headers, by type, so that an error names the attribute that the kernel refused. */
public final class AttributeNames {

    /** For a message whose attributes have no names. */
    static final AttributeNames NONE = new AttributeNames(0, "", "", Map.of());

    private final int start;
    private final String prefix;
    private final String names;
    private final Map<Integer, AttributeNames> nested;

    private AttributeNames(int start, String prefix, String names, Map<Integer, AttributeNames> nested) {
        this.start = start;
        this.prefix = prefix;
        this.names = names;
        this.nested = nested;
    }

    /**
     * @param headerLength bytes of the message between the netlink header and the first attribute
     * @param prefix of all names, such as {@code IFLA_}
     * @param names the rest of the names with their numbers: {@code IFNAME 3, MTU 4}
     */
    public static AttributeNames ofMessage(int headerLength, String prefix, String names) {
        return new AttributeNames(headerLength, prefix, names, Map.of());
    }

    /** For the attributes inside an attribute, as {@link #ofMessage}. */
    public static AttributeNames ofNested(String prefix, String names) {
        return new AttributeNames(0, prefix, names, Map.of());
    }

    /** With names for the attributes inside the one of that type. */
    public AttributeNames inside(int type, AttributeNames inner) {
        Map<Integer, AttributeNames> all = new HashMap<>(nested);
        all.put(type, inner);
        return new AttributeNames(start, prefix, names, all);
    }

    /** The body, with these names for its attributes. */
    public MessageBody of(MessageBody body) {
        return new MessageBody() {
            @Override
            public void encode(MessageWriter writer) {
                body.encode(writer);
            }

            @Override
            public AttributeNames names() {
                return AttributeNames.this;
            }
        };
    }

    /** The name of an attribute at this level; its number if it has none. */
    String name(int type) {
        return Arrays.stream(names.split(", "))
                .filter(name -> name.endsWith(" " + type))
                .map(name -> prefix + name.substring(0, name.indexOf(' ')))
                .findFirst()
                .orElse(Integer.toString(type));
    }

    /**
     * The names from the outermost attribute to the one at an offset; of several attributes of one type, {@code #2} marks
     * the second.
     *
     * @param bytes the message after the netlink header, or the attributes inside an attribute
     * @param missing type of an attribute that the one at the offset lacks, which ends the path; negative for none
     * @return empty if no attribute is there
     */
    String path(Payload bytes, int offset, int missing) throws CodecException {
        int at = start;
        while (at <= offset && bytes.length() - at >= Attributes.HEADER_LENGTH) {
            int length = bytes.u16(at);
            if (offset < at + length) {
                int type = Attributes.type(bytes, at);
                String name = name(type) + ordinal(bytes, at);
                String rest = rest(nested.getOrDefault(type, NONE), bytes.slice(at, length), offset - at, missing);
                return rest.isEmpty() ? name : name + "/" + rest;
            }
            at += Nlmsg.align(Math.max(length, Attributes.HEADER_LENGTH));
        }
        return "";
    }

    private static String rest(AttributeNames inner, Payload attribute, int offset, int missing) throws CodecException {
        if (offset == 0) {
            return missing < 0 ? "" : inner.name(missing);
        }
        return inner.path(attribute.from(Attributes.HEADER_LENGTH), offset - Attributes.HEADER_LENGTH, missing);
    }

    private String ordinal(Payload bytes, int attribute) throws CodecException {
        int before = 0;
        int all = 0;
        for (int at = start; at < bytes.length(); at += Nlmsg.align(bytes.u16(at))) {
            if (Attributes.type(bytes, at) == Attributes.type(bytes, attribute)) {
                all++;
                before += at < attribute ? 1 : 0;
            }
        }
        return all > 1 ? "#" + (before + 1) : "";
    }
}
