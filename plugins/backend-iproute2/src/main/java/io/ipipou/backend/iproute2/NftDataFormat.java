package io.ipipou.backend.iproute2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** How libnftnl prints data: up to 1.3.0 as 32-bit words in host byte order, later as bytes. */
enum NftDataFormat {
    WORDS,
    BYTES;

    private static final Pattern SHORT = Pattern.compile("(?:cmp|bitwise) .*\\b0x[0-9a-f]{1,7}\\b.*");
    private static final String PREFIX = "0x";
    private static final int RADIX = 16;
    private static final int DIGITS_PER_BYTE = 2;

    /** The format of these rules' expressions: words always have eight digits. */
    static NftDataFormat of(Collection<List<String>> rules) {
        return rules.stream().flatMap(List::stream).anyMatch(expression -> SHORT.matcher(expression)
                        .matches())
                ? BYTES
                : WORDS;
    }

    /**
     * Parses groups of 1 to 8 hexadecimal digits, separated by spaces. The result of {@link #WORDS} may have excess bytes at
     * its end.
     */
    byte[] parse(String text) {
        String[] groups = text.split(" ");
        ByteBuffer bytes = ByteBuffer.allocate(groups.length * Integer.BYTES);
        for (String group : groups) {
            String digits = group.startsWith(PREFIX) ? group.substring(PREFIX.length()) : group;
            int value = Integer.parseUnsignedInt(digits, RADIX);
            if (this == WORDS) {
                bytes.order(ByteOrder.nativeOrder()).putInt(value);
            } else {
                for (int left = (digits.length() + 1) / DIGITS_PER_BYTE - 1; left >= 0; left--) {
                    bytes.put((byte) (value >>> (left * Byte.SIZE)));
                }
            }
        }
        byte[] parsed = new byte[bytes.position()];
        bytes.get(0, parsed);
        return parsed;
    }
}
