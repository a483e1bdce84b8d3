package io.ipipou.core.config;

import java.util.Arrays;
import java.util.Optional;

/** The text of a secret as it is in a file, or comes from standard input. */
public final class SecretText {

    /** Bytes; more is not a secret but the wrong file. */
    public static final int MAX_BYTES = 1 << 16;

    private SecretText() {}

    /** Without the newline (LF or CR LF) that editors put at the end of a file. */
    public static byte[] withoutNewline(byte[] text) {
        int end = text.length;
        end -= end > 0 && text[end - 1] == '\n' ? 1 : 0;
        end -= end > 0 && end < text.length && text[end - 1] == '\r' ? 1 : 0;
        return Arrays.copyOf(text, end);
    }

    /** What a secret ends with that is probably there by mistake: {@code a space}. */
    public static Optional<String> ending(byte[] secret) {
        return switch (secret.length == 0 ? 0 : secret[secret.length - 1]) {
            case ' ' -> Optional.of("a space");
            case '\t' -> Optional.of("a tab");
            case '\n', '\r' -> Optional.of("a newline");
            default -> Optional.empty();
        };
    }
}
