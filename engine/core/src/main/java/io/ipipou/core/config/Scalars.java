package io.ipipou.core.config;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** Gives scalars the meaning they have in YAML 1.2's core schema. */
final class Scalars {

    private static final ScalarResolver RESOLVER = new CoreScalarResolver(false);

    /** Longer plain text is not a number that any field takes, and is not tried as one. */
    private static final int MAX_NUMBER = 64;

    private Scalars() {}

    static Node read(ScalarEvent event, Position at, NodePath path, Problems problems) {
        String text = event.getValue();
        if (text.chars().anyMatch(c -> c == 0 || Character.isSurrogate((char) c)) && !isWhole(text)) {
            problems.error(
                    at,
                    path.upToAuthEntry(),
                    "an escape stands for NUL or for half a character",
                    "write bytes as base64");
            text = text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
        }
        checkTag(event.getTag(), at, path, problems);
        boolean plain = event.isPlain() && event.getTag().isEmpty();
        return Node.scalar(path, at, plain ? kind(text) : Node.Kind.TEXT, text);
    }

    private static boolean isWhole(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** The table of fields gives every value its type; only {@code !} and {@code !!str} matter, which make text of a number. */
    static void checkTag(Optional<String> tag, Position at, NodePath path, Problems problems) {
        boolean known = tag.filter(t -> !t.equals("!")
                        && !t.equals(Tag.STR.getValue())
                        && !t.equals(Tag.MAP.getValue())
                        && !t.equals(Tag.SEQ.getValue()))
                .isEmpty();
        if (!known) {
            String instead = "remove the tag, or put text that begins with '!' in quotes";
            problems.error(at, path.upToAuthEntry(), "tags are not supported", instead);
        }
    }

    /** What the text is without quotes. */
    static Node.Kind kind(String text) {
        if (text.length() > MAX_NUMBER) {
            return Node.Kind.TEXT;
        }
        Tag tag = RESOLVER.resolve(text, true);
        if (tag.equals(Tag.INT)) {
            return Node.Kind.WHOLE_NUMBER;
        }
        if (tag.equals(Tag.FLOAT)) {
            return Node.Kind.FLOAT;
        }
        if (tag.equals(Tag.BOOL)) {
            return Node.Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Node.Kind.EMPTY : Node.Kind.TEXT;
    }

    /** Reads what the core schema takes for an integer: decimal, {@code 0o17} or {@code 0xFF}. */
    static BigInteger wholeNumber(String text) {
        if (text.startsWith("0o")) {
            return new BigInteger(text.substring(2), 8);
        }
        return text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
    }
}
