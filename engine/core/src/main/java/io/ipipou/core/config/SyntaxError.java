package io.ipipou.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Says in our words what the YAML parser did not understand. The library's own text is only looked at: it quotes the
 * file, where a secret may stand.
 */
final class SyntaxError {

    private record Rule(String inProblem, String message, String instead) {}

    /** The first whose text the library's message has. */
    private static final List<Rule> RULES = List.of(
            new Rule("tab", "a tab cannot stand here", "indent and separate with spaces"),
            new Rule("cannot start any token", "plain text cannot begin with this character", "put it in quotes"),
            new Rule(
                    "mapping values are not allowed",
                    "there cannot be a ':' here",
                    "indent the line as its neighbours are, or put text with ': ' in quotes"),
            new Rule(
                    "sequence entries are not allowed", "a list item cannot begin here", "put it on a line of its own"),
            new Rule("mapping keys are not allowed", "a key cannot begin here", "put it on a line of its own"),
            new Rule("could not find expected ':'", "a key has no ':'", "write KEY: VALUE"),
            new Rule("expected <block end>", "this does not line up", "indent it as its neighbours are"),
            new Rule("<document start>", "there is something after the end of the document", "remove it"),
            new Rule("unexpected end of stream", "the quote that begins here has no end", "close it"),
            new Rule("document separator", "the quote that begins here has no end", "close it"),
            new Rule("expected ',' or ']'", "the list in brackets that begins here has no end", "write ',' or ']'"),
            new Rule("expected ',' or '}'", "the mapping in braces that begins here has no end", "write ',' or '}'"),
            new Rule("node content", "a value is missing here", "write one, or {} or []"),
            new Rule("escape", "double quotes do not know this escape", "write \\\\ for a backslash"),
            new Rule("indentation", "this is no block of text", "write | or > alone, and indent the lines below"),
            new Rule("leading empty lines", "the empty lines before a block of text are indented too far", "unindent"));

    private static final Rule OTHER = new Rule("", "this is not YAML", "put text with special characters in quotes");

    private SyntaxError() {}

    static ConfigException report(YamlEngineException error, String file, Problems problems) {
        Optional<Position> where = Optional.empty();
        Rule rule = OTHER;
        if (error instanceof MarkedYamlEngineException marked) {
            String problem = (marked.getProblem() + " " + marked.getContext()).toLowerCase(Locale.ROOT);
            rule = RULES.stream()
                    .filter(r -> problem.contains(r.inProblem()))
                    .findFirst()
                    .orElse(OTHER);
            where = position(file, rule.message().contains("begins here") ? marked.getContextMark() : Optional.empty())
                    .or(() -> position(file, marked.getProblemMark()));
        }
        return problems.fatal(where.orElse(new Position(file, 1, 1)), NodePath.ROOT, rule.message(), rule.instead());
    }

    static Optional<Position> position(String file, Optional<Mark> mark) {
        return mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1));
    }
}
