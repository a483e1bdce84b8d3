package io.ipipou.backend.iproute2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** How libnftnl prints data: up to 1.3.0 as numbers of 32 bits in the machine's order, later octet by octet. */
enum NftDataFormat {
    NUMBERS,
    OCTETS;

    private static final Pattern SHORT = Pattern.compile("(?:cmp|bitwise) .*\\b0x[0-9a-f]{1,7}\\b.*");
    private static final String PREFIX = "0x";
    private static final int RADIX = 16;
    private static final int DIGITS_PER_OCTET = 2;

    /** What printed these; numbers have all their digits, and so have octets that are four, four or four. */
    static NftDataFormat of(Collection<List<String>> rules) {
        return rules.stream().flatMap(List::stream).anyMatch(expression -> SHORT.matcher(expression)
                        .matches())
                ? OCTETS
                : NUMBERS;
    }

    /** @param words of 1 to 8 hexadecimal digits, with a space between them; numbers may have octets too many */
    byte[] octets(String words) {
        String[] each = words.split(" ");
        ByteBuffer octets = ByteBuffer.allocate(each.length * Integer.BYTES);
        for (String word : each) {
            String digits = word.startsWith(PREFIX) ? word.substring(PREFIX.length()) : word;
            int value = Integer.parseUnsignedInt(digits, RADIX);
            if (this == NUMBERS) {
                octets.order(ByteOrder.nativeOrder()).putInt(value);
            } else {
                for (int left = (digits.length() + 1) / DIGITS_PER_OCTET - 1; left >= 0; left--) {
                    octets.put((byte) (value >>> (left * Byte.SIZE)));
                }
            }
        }
        byte[] all = new byte[octets.position()];
        octets.get(0, all);
        return all;
    }
}
