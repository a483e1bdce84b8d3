package io.ipipou.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.config.SchemaCheck.Violation;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Says what a violation of the schema means to who wrote the file. */
final class SchemaMessages {

    private final Problems problems;
    private final Hints hints;

    SchemaMessages(Problems problems, Hints hints) {
        this.problems = problems;
        this.hints = hints;
    }

    /** Reports a violation, unless the field readers, who know more of the text, will: those are left to {@link #rest}. */
    void report(Violation violation) {
        Value at = violation.at();
        switch (violation.keyword()) {
            case "type" -> type(at, violation.rule());
            case "additionalProperties" -> unknownKey(at, violation.property());
            case "required" -> missing(at, violation.property());
            case "propertyNames" -> badName(at, violation.property());
            case "enum", "const" -> notOneOf(at);
            case "minimum", "maximum" -> range(at, violation);
            case "minLength" -> problems.error(at, "is empty", hints.write(at.path()));
            case "minProperties", "maxProperties" -> secretForm(at);
            case "pattern", "oneOf" -> {}
            default -> throw new IllegalStateException("no message for " + violation.keyword());
        }
    }

    /** After the field readers: what none of them has said. */
    void rest(Violation violation) {
        Value at = violation.at();
        boolean deferred =
                violation.keyword().equals("pattern") || violation.keyword().equals("oneOf");
        if (deferred && !problems.isFlagged(at)) {
            problems.error(at, at.shown() + "is not usable here", hints.write(at.path()));
        }
    }

    private void type(Value at, JsonNode rule) {
        List<String> types = rule.isArray()
                ? StreamSupport.stream(rule.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList()
                : List.of(rule.asText());
        String expected = types.stream().map(SchemaMessages::describe).collect(Collectors.joining(" or "));
        boolean empty = at.scalar(Node.Kind.EMPTY).isPresent();
        boolean unquoted = types.contains("string") && at.node() instanceof Node.Scalar && !empty;
        problems.error(
                at,
                empty ? "is empty" : "is " + at.node().describe() + ", not " + expected,
                hints.write(at.path()) + (unquoted ? ", in quotes" : ""));
    }

    private static String describe(String type) {
        return switch (type) {
            case "string" -> "text";
            case "integer" -> "a whole number";
            case "boolean" -> "true or false";
            case "array" -> "a list";
            default -> "a mapping";
        };
    }

    private void unknownKey(Value at, String key) {
        Position position = at.get(key).orElseThrow().key();
        List<String> known = hints.keys(at.path());
        if (at.path().inAuthEntry()) {
            secretForm(at);
            return;
        }
        // In an entry of auth, what stands where a key should may be the secret itself.
        boolean open =
                !at.path().key("").inAuthEntry() || Spelling.nearest(key, known).isPresent();
        problems.error(
                position,
                open ? at.path().key(key) : at.path(),
                open ? "unknown key" : "has a key that is not known here",
                key.equals("<<") && !known.isEmpty()
                        ? "YAML 1.2 has no merge keys; put what tunnels share into defaults"
                        : Spelling.nearest(key, known)
                                .map(nearest -> "write " + nearest)
                                .orElse("known here: " + String.join(", ", known)));
    }

    private void secretForm(Value at) {
        problems.error(
                at,
                "is neither text nor one of file, env and sealed",
                "write {file: PATH}, {env: NAME} or {sealed: TEXT}");
    }

    private void notOneOf(Value at) {
        boolean empty = at.scalar(Node.Kind.EMPTY).isPresent();
        boolean scalar = at.node() instanceof Node.Scalar && !empty;
        String message =
                scalar ? at.shown() + "is not known" : "is " + at.node().describe() + (empty ? "" : ", not text");
        problems.error(at, message, hints.write(at.path()));
    }

    void missing(Value at, String key) {
        problems.lacking(
                at, "has no " + key, "add " + key + ", " + hints.at(at.path().key(key)));
    }

    private void badName(Value at, String key) {
        Value entry = at.get(key).orElseThrow();
        if (!at.path().equals(NodePath.ROOT.key("tunnels"))) {
            String instead = "write a name of letters, digits, '_', '-' and '.', at most 63 characters";
            problems.error(entry.key(), entry.path(), Quote.value(key) + " is not usable as a name", instead);
        }
    }

    private void range(Value at, Violation violation) {
        if (at.scalar(Node.Kind.WHOLE_NUMBER).isPresent()) { // a fraction is the type's matter
            boolean duration =
                    violation.keyword().equals("maximum") && violation.rule().asInt() == 0;
            problems.error(at, at.shown() + (duration ? "has no unit" : "is out of range"), hints.write(at.path()));
        }
    }
}
