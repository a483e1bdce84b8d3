package io.ipipou.core.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Turns a file's bytes into text that YAML may be made of. */
final class SourceText {

    /** Characters. The scanner's time rises with the square of a scalar's length on one line. */
    static final int MAX_LINE = 2 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private SourceText() {}

    /** Without a byte order mark. */
    static String decode(Source source, Problems problems) throws ConfigException {
        if (source.bytes().length > Source.MAX_BYTES) {
            throw problems.fatal(
                    new Position(source.name(), 1, 1),
                    NodePath.ROOT,
                    "the file has " + source.bytes().length + " bytes, and " + Source.MAX_BYTES + " are the limit",
                    "split it over several hosts");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer chars = CharBuffer.allocate(source.bytes().length);
        boolean malformed =
                decoder.decode(ByteBuffer.wrap(source.bytes()), chars, true).isError();
        String text = chars.flip().toString();
        if (malformed) {
            throw problems.fatal(end(source, text), NodePath.ROOT, "this is not UTF-8", "save the file as UTF-8");
        }
        String body = text.indexOf(BYTE_ORDER_MARK) == 0 ? text.substring(1) : text;
        check(source, body, problems);
        return body;
    }

    private static void check(Source source, String text, Problems problems) throws ConfigException {
        int line = 0;
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            line = c == '\n' || c == '\r' ? 0 : line + 1;
            if (line > MAX_LINE) {
                throw problems.fatal(
                        end(source, text.substring(0, i)),
                        NodePath.ROOT,
                        "the line has more than " + MAX_LINE + " characters",
                        "write several lines");
            }
            if (!StreamReader.isPrintable(c)) {
                throw problems.fatal(
                        end(source, text.substring(0, i)),
                        NodePath.ROOT,
                        "the control character " + String.format("U+%04X", c) + " cannot be in the file",
                        "remove it; in double quotes, write an escape such as \\t");
            }
        }
    }

    /** The place after this beginning of the text; a CR, an LF or both together end a line. */
    private static Position end(Source source, String beginning) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < beginning.length(); i++) {
            char c = beginning.charAt(i);
            if (c == '\n' || (c == '\r' && !beginning.startsWith("\n", i + 1))) {
                line++;
                lineStart = i + 1;
            }
        }
        String last = beginning.substring(lineStart);
        int mark = last.indexOf(BYTE_ORDER_MARK) == 0 ? 1 : 0;
        return new Position(source.name(), line, last.codePointCount(0, last.length()) + 1 - mark);
    }
}
