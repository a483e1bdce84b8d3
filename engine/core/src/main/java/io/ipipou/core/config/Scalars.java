package io.ipipou.core.config;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;

/** Gives scalars the meaning they have in YAML 1.2's core schema. */
final class Scalars {

    private static final ScalarResolver RESOLVER = new CoreScalarResolver(false);

    /** Longer plain text is no number that anything here takes, and need not be tried as one. */
    private static final int MAX_NUMBER = 64;

    private Scalars() {}

    static Node.Scalar read(ScalarEvent event, Position at, NodePath path, Problems problems) {
        String text = event.getValue();
        if (text.chars().anyMatch(c -> c == 0 || Character.isSurrogate((char) c)) && !isWhole(text)) {
            problems.error(at, path, "an escape stands for NUL or half a character", "write bytes as base64");
            text = text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
        }
        checkTag(event.getTag(), at, path, problems);
        boolean plain = event.isPlain() && event.getTag().isEmpty();
        return new Node.Scalar(at, plain ? kind(text) : Node.Kind.TEXT, text);
    }

    private static boolean isWhole(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** Tags say what the schema says already; {@code !} and {@code !!str} make text of what would be a number. */
    static void checkTag(Optional<String> tag, Position at, NodePath path, Problems problems) {
        boolean known = tag.filter(t -> !t.equals("!")
                        && !t.equals(Tag.STR.getValue())
                        && !t.equals(Tag.MAP.getValue())
                        && !t.equals(Tag.SEQ.getValue()))
                .isEmpty();
        if (!known) {
            problems.error(at, path, "tags are not used here", "leave it out, or quote text that begins with '!'");
        }
    }

    private static Node.Kind kind(String text) {
        if (text.length() > MAX_NUMBER) {
            return Node.Kind.TEXT;
        }
        Tag tag = RESOLVER.resolve(text, true);
        if (tag.equals(Tag.INT)) {
            return Node.Kind.WHOLE_NUMBER;
        }
        if (tag.equals(Tag.FLOAT)) {
            return Node.Kind.NUMBER;
        }
        if (tag.equals(Tag.BOOL)) {
            return Node.Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Node.Kind.EMPTY : Node.Kind.TEXT;
    }
}
