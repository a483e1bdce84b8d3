package io.ipipou.spi.state;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The name of a network interface, valid for the kernel's {@code dev_valid_name}: 1..15 bytes, neither {@code .} nor
 * {@code ..}, without {@code /}, {@code :} and white space. {@code %} is not valid here either, since
 * {@code dev_alloc_name} takes it for a template and gives the link another name.
 */
public record LinkName(String value) implements Comparable<LinkName> {

    /** In bytes: IFNAMSIZ of linux/if.h without the terminating NUL. */
    public static final int MAX_LENGTH = 15;

    public LinkName {
        if (!valid(value)) {
            throw new IllegalArgumentException("not an interface name: '" + value + "'");
        }
    }

    /** @return empty when the text is not a valid name */
    public static Optional<LinkName> parse(String text) {
        return valid(text) ? Optional.of(new LinkName(text)) : Optional.empty();
    }

    private static boolean valid(String text) {
        return !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_LENGTH
                && !text.equals(".")
                && !text.equals("..")
                && text.chars().noneMatch(c -> c == '/' || c == ':' || c == '%' || c == 0 || Character.isWhitespace(c));
    }

    @Override
    public int compareTo(LinkName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
