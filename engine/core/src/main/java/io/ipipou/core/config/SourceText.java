package io.ipipou.core.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The text of a file, which YAML can be made of.
 *
 * @param name the file's
 * @param text without a byte order mark
 */
record SourceText(String name, String text) {

    /** Characters. The scanner's time rises with the square of a scalar's length on one line. */
    static final int MAX_LINE = 2 << 20;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** What git leaves of a merge that it could not do. */
    private static final Pattern CONFLICT =
            Pattern.compile("(?m)^(<<<<<<< |>>>>>>> |\\|\\|\\|\\|\\|\\|\\| |=======$).*");

    static SourceText decode(Source source, Problems problems) throws ConfigException {
        SourceText nothing = new SourceText(source.name(), "");
        if (source.bytes().length > Source.MAX_BYTES) {
            throw problems.fatal(
                    nothing.position(0),
                    NodePath.ROOT,
                    "the file has " + source.bytes().length + " bytes; the limit is " + Source.MAX_BYTES,
                    "remove what this host does not need");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer chars = CharBuffer.allocate(source.bytes().length);
        boolean malformed =
                decoder.decode(ByteBuffer.wrap(source.bytes()), chars, true).isError();
        String all = chars.flip().toString();
        SourceText text = new SourceText(source.name(), all.startsWith(BYTE_ORDER_MARK) ? all.substring(1) : all);
        if (malformed) {
            throw text.fatal(text.text().length(), "this is not UTF-8", "save the file as UTF-8", problems);
        }
        text.checkCharacters(problems);
        text.checkConflicts(problems);
        return text;
    }

    private void checkCharacters(Problems problems) throws ConfigException {
        int line = 0;
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            line = c == '\n' || c == '\r' ? 0 : line + 1;
            if (line > MAX_LINE) {
                throw fatal(i, "the line has more than " + MAX_LINE + " characters", "split it", problems);
            }
            if (!StreamReader.isPrintable(c)) {
                throw fatal(
                        i,
                        "the control character " + String.format("U+%04X", c) + " is not allowed",
                        "remove it; in double quotes, write an escape such as \\t",
                        problems);
            }
        }
    }

    private void checkConflicts(Problems problems) throws ConfigException {
        if (!text.contains("<<<<<<< ") && !text.contains(">>>>>>> ")) {
            return;
        }
        Matcher marker = CONFLICT.matcher(text);
        while (marker.find()) {
            String instead = "resolve the conflict, and remove this line";
            problems.error(position(marker.start()), NodePath.ROOT, "this line is a merge-conflict marker", instead);
        }
        problems.throwIfAny();
    }

    private ConfigException fatal(int index, String message, String instead, Problems problems) {
        return problems.fatal(position(index), NodePath.ROOT, message, instead);
    }

    /** The place of a character; a CR, an LF or both together end a line. */
    Position position(int index) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < index; i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1))) {
                line++;
                lineStart = i + 1;
            }
        }
        return new Position(name, line, text.codePointCount(lineStart, index) + 1);
    }
}
