package io.ipipou.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Says in plain words what the YAML parser did not understand. The library's own message is not shown: it quotes the file,
 * where a secret can be.
 */
final class SyntaxError {

    /**
     * @param inMessage what the library's message has
     * @param atStart whether to point at the start of what is wrong, and not at the place where that was noticed
     */
    private record Rule(String inMessage, boolean atStart, String message, String instead) {
        Rule(String inMessage, String message, String instead) {
            this(inMessage, false, message, instead);
        }
    }

    private static final String QUOTE = "this quote is never closed";

    /** The first that applies counts. */
    private static final List<Rule> RULES = List.of(
            new Rule("tab", "a tab is not allowed here", "indent and separate with spaces"),
            new Rule(
                    "cannot start any token",
                    "text without quotes cannot begin with this character",
                    "put the text in quotes"),
            new Rule(
                    "mapping values are not allowed",
                    "a ':' is not allowed here",
                    "align the line with its neighbours, or put text with ': ' in quotes"),
            new Rule(
                    "sequence entries are not allowed", "a list item cannot begin here", "put it on a line of its own"),
            new Rule("mapping keys are not allowed", "a key cannot begin here", "put it on a line of its own"),
            new Rule("could not find expected ':'", true, "this key has no ':' after it", "write KEY: VALUE"),
            new Rule("expected <block end>", "the indentation is wrong", "align the line with its neighbours"),
            new Rule("<document start>", "there is text after the end of the document", "remove it"),
            new Rule("unexpected end of stream", true, QUOTE, "close it"),
            new Rule("document separator", true, QUOTE, "close it"),
            new Rule("expected ',' or ']'", true, "this list is never closed", "add ']', or the ',' that is missing"),
            new Rule(
                    "expected ',' or '}'", true, "this mapping is never closed", "add '}', or the ',' that is missing"),
            new Rule("node content", "a value is missing here", "write one, or {} or []"),
            new Rule("escape", "this escape is unknown in double quotes", "write \\\\ for a backslash"),
            new Rule(
                    "indentation",
                    "a block of text cannot begin like this",
                    "write | or > alone, and indent the lines below"),
            new Rule(
                    "leading empty lines",
                    "the empty lines before a block of text are indented too far",
                    "remove their indentation"));

    private static final Rule OTHER = new Rule("", "this is not YAML", "put text with special characters in quotes");

    private SyntaxError() {}

    /** @param from where the parser was before, as an index in code points */
    static ConfigException report(YamlEngineException error, int from, SourceText source, Problems problems) {
        if (!(error instanceof MarkedYamlEngineException marked)) {
            return problems.fatal(source.position(0), NodePath.ROOT, OTHER.message(), OTHER.instead());
        }
        String message = (marked.getProblem() + " " + marked.getContext()).toLowerCase(Locale.ROOT);
        Rule rule = RULES.stream()
                .filter(r -> message.contains(r.inMessage()))
                .findFirst()
                .orElse(OTHER);
        int odd = rule.message().equals(QUOTE) ? -1 : oddSpace(source.text(), from, marked.getProblemMark());
        if (odd >= 0) {
            return problems.fatal(
                    source.position(odd), NodePath.ROOT, OddSpaces.describe(source, odd), OddSpaces.INSTEAD);
        }
        Optional<Mark> mark = rule.atStart() ? marked.getContextMark() : Optional.empty();
        Position at = mark.or(marked::getProblemMark)
                .map(m -> position(source.name(), m))
                .orElseGet(() -> source.position(0));
        return problems.fatal(at, NodePath.ROOT, rule.message(), rule.instead());
    }

    /** One that the parser stumbled over: it is before the place where that was noticed, or in the same line. */
    private static int oddSpace(String text, int from, Optional<Mark> noticed) {
        if (noticed.isEmpty()) {
            return -1;
        }
        int start = text.offsetByCodePoints(0, from);
        int end = text.indexOf('\n', text.offsetByCodePoints(0, noticed.get().getIndex()));
        return OddSpaces.firstOutside(text, start, end < 0 ? text.length() : end);
    }

    static Position position(String file, Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
