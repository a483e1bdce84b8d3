package io.ipipou.core.config;

import static io.ipipou.core.config.Field.field;

import io.ipipou.spi.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A secret: text in the file, or where else it is. */
final class SecretType extends ValueType<Secret> {

    private static final Field<byte[]> FILE = field(
            "file",
            new Place("a path, relative to this file", "[\\s\\S]+", SecretSources::file),
            "Read the secret from a file. Only its owner should be able to read it. One newline at its end is ignored.");
    private static final Field<byte[]> ENV = field(
            "env",
            new Place("the name of an environment variable", "[A-Za-z_][A-Za-z0-9_]*", SecretSources::variable),
            "Read the secret from an environment variable.");
    private static final Field<byte[]> SEALED = field(
            "sealed",
            new Place("what `ipipou seal` printed", "[A-Za-z0-9+/]+={0,2}", SecretSources::sealed),
            "A secret that was encrypted with `ipipou seal`, for this host and this setting.");

    private static final List<Field<byte[]>> PLACES = List.of(FILE, ENV, SEALED);

    private static final String FORM = "{file: PATH}, {env: NAME} or {sealed: TEXT}";

    static final MappingType PLACE = new MappingType(
            "secretPlace",
            new Hint(FORM, ""),
            false,
            List.of(new Group(List.copyOf(PLACES), true, true)),
            List.copyOf(PLACES));

    private final Optional<Base64Bytes> encoding;

    private SecretType(Hint hint, Optional<Base64Bytes> encoding) {
        super("", Set.of(Node.Kind.TEXT, Node.Kind.MAPPING), hint);
        this.encoding = encoding;
    }

    /** @param form what the text is */
    static SecretType text(String form) {
        return new SecretType(new Hint(form, ""), Optional.empty());
    }

    static SecretType base64(String form, Base64Bytes encoding) {
        return new SecretType(new Hint(form, ""), Optional.of(encoding));
    }

    /** Whether the key says where a secret is. */
    static boolean isPlace(String key) {
        return PLACE.keys().contains(key);
    }

    @Override
    Optional<Secret> parse(Value value, Reading reading) throws InvalidValue {
        Optional<byte[]> bytes = value.node().kind() == Node.Kind.TEXT
                ? Optional.of(reading.secrets().inFile(value, reading.problems()))
                : elsewhere(value, reading);
        return bytes.isEmpty() ? Optional.empty() : Optional.of(Secret.of(decoded(bytes.get(), value, reading)));
    }

    /** What a mistyped key says may be the secret, so that no message has it. */
    private static Optional<byte[]> elsewhere(Value value, Reading reading) throws InvalidValue {
        List<Field<byte[]>> given = PLACES.stream()
                .filter(place -> value.get(place.key()).isPresent())
                .toList();
        if (given.size() != 1 || value.keys().size() != 1) {
            throw new InvalidValue(
                    "must be text, or a mapping with one of " + Spelling.list(PLACE.keys(), "and"), "write " + FORM);
        }
        return given.get(0).read(value, reading).map(At::value);
    }

    private byte[] decoded(byte[] bytes, Value value, Reading reading) throws InvalidValue {
        if (encoding.isPresent()) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return encoding.get().decode(value.node().kind() == Node.Kind.TEXT ? text : text.strip());
        }
        if (bytes.length == 0) {
            throw new InvalidValue("is empty");
        }
        SecretText.ending(bytes).ifPresent(ending -> reading.problems()
                .warning(
                        value,
                        "the secret ends with " + ending + ", which is part of it",
                        "remove it, unless the peer's secret ends with it too"));
        return bytes;
    }

    @Override
    Map<String, Object> fragment(Definitions definitions) {
        Map<String, Object> text = Definitions.object("type", "string");
        text.put(
                encoding.isPresent() ? "pattern" : "minLength",
                encoding.isPresent() ? "^" + encoding.get().pattern() + "$" : 1);
        return Definitions.object("anyOf", List.of(text, PLACE.schema(definitions)));
    }

    /** A place where a secret can be, read as the secret's bytes. */
    private static final class Place extends ValueType<byte[]> {

        interface Reader {
            byte[] read(SecretSources sources, Value place, Problems problems) throws InvalidValue;
        }

        private final String pattern;
        private final Reader reader;

        Place(String form, String pattern, Reader reader) {
            super("", Set.of(Node.Kind.TEXT), new Hint(form, ""));
            this.pattern = pattern;
            this.reader = reader;
        }

        @Override
        Optional<byte[]> parse(Value value, Reading reading) throws InvalidValue {
            if (!value.text().matches(pattern)) {
                throw new InvalidValue(value.text().isEmpty() ? "is empty" : "is not valid");
            }
            return Optional.of(reader.read(reading.secrets(), value, reading.problems()));
        }

        @Override
        Map<String, Object> fragment(Definitions definitions) {
            return Definitions.object("type", "string", "pattern", "^" + pattern + "$");
        }
    }
}
