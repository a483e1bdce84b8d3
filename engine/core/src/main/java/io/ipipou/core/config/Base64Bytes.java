package io.ipipou.core.config;

import java.util.Base64;
import java.util.List;

/**
 * Bytes in base64, with or without padding.
 *
 * @param count how many; 0 for any number but none
 */
record Base64Bytes(int count) {

    byte[] decode(String text) throws InvalidValue {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) { // its message quotes the text, which may be secret
            throw new InvalidValue("is not base64");
        }
        if (bytes.length == 0) {
            throw new InvalidValue("is empty");
        }
        if (count != 0 && bytes.length != count) {
            throw new InvalidValue("is base64 of " + bytes.length + " bytes, not of " + count);
        }
        return bytes;
    }

    /** A regular expression: groups of three bytes and four characters. */
    String pattern() {
        if (count == 0) {
            return "[A-Za-z0-9+/]{2,}={0,2}";
        }
        String padding = List.of("", "(==)?", "=?").get(count % 3);
        return "[A-Za-z0-9+/]{" + (count * 8 + 5) / 6 + "}" + padding;
    }
}
