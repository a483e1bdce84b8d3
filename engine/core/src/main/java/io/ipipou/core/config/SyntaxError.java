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
    private record Rule(String inMessage, boolean atStart, String message, String instead) {}

    private static final String QUOTE = "this quote is never closed";

    /** The first that applies counts. */
    private static final List<Rule> RULES = List.of(
            at("tab", "a tab is not allowed here", "indent and separate with spaces"),
            at("cannot start any token", "unquoted text cannot begin with this character", "put the text in quotes"),
            at("mapping values are", "a ':' is not allowed here", "align the line, or put text with ': ' in quotes"),
            at("sequence entries are", "a list item cannot begin here", "put it on a line of its own"),
            at("mapping keys are", "a key cannot begin here", "put it on a line of its own"),
            from("could not find expected ':'", "this key has no ':' after it", "write KEY: VALUE"),
            at("expected <block end>", "the indentation is wrong", "align the line with its neighbours"),
            at("<document start>", "there is text after the end of the document", "remove it"),
            from("unexpected end of stream", QUOTE, "close it"),
            from("document separator", QUOTE, "close it"),
            from("expected ',' or ']'", "this list is never closed", "add ']', or the ',' that is missing"),
            from("expected ',' or '}'", "this mapping is never closed", "add '}', or the ',' that is missing"),
            at("node content", "a value is missing here", "write one, or {} or []"),
            at("escape", "this escape is unknown in double quotes", "write \\\\ for a backslash"),
            at("indentation", "a block of text begins with | or > alone", "indent the lines below it"),
            at("leading empty lines", "an empty line before a block of text is indented too far", "unindent it"),
            at("", "this is not YAML", "put text with special characters in quotes"));

    private SyntaxError() {}

    private static Rule at(String inMessage, String message, String instead) {
        return new Rule(inMessage, false, message, instead);
    }

    private static Rule from(String inMessage, String message, String instead) {
        return new Rule(inMessage, true, message, instead);
    }

    /** @param before where the parser was before, as an index in code points */
    static ConfigException report(YamlEngineException error, int before, SourceText source, Problems problems) {
        Optional<MarkedYamlEngineException> marked =
                error instanceof MarkedYamlEngineException e ? Optional.of(e) : Optional.empty();
        String message = marked.map(e -> e.getProblem() + " " + e.getContext())
                .orElse("")
                .toLowerCase(Locale.ROOT);
        Rule rule = RULES.stream()
                .filter(r -> message.contains(r.inMessage()))
                .findFirst()
                .orElseThrow();
        Optional<Mark> noticed = marked.flatMap(MarkedYamlEngineException::getProblemMark);
        int odd = rule.message().equals(QUOTE) ? -1 : oddSpace(source.text(), before, noticed);
        if (odd >= 0) {
            return problems.fatal(
                    source.position(odd), NodePath.ROOT, OddSpaces.describe(source, odd), OddSpaces.INSTEAD);
        }
        Optional<Mark> start = marked.flatMap(MarkedYamlEngineException::getContextMark);
        Position at = start.filter(mark -> rule.atStart())
                .or(() -> noticed)
                .map(mark -> position(source.name(), mark))
                .orElseGet(() -> source.position(0));
        return problems.fatal(at, NodePath.ROOT, rule.message(), rule.instead());
    }

    /** One that the parser stumbled over: it is before the place where that was noticed, or in the same line. */
    private static int oddSpace(String text, int before, Optional<Mark> noticed) {
        int there = text.offsetByCodePoints(0, noticed.map(Mark::getIndex).orElse(before));
        int end = text.indexOf('\n', there);
        return OddSpaces.firstOutsideComments(text, text.offsetByCodePoints(0, before), end < 0 ? text.length() : end);
    }

    static Position position(String file, Mark mark) {
        return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
