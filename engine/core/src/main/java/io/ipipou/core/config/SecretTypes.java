package io.ipipou.core.config;

import static io.ipipou.core.config.ConfigSchema.object;
import static io.ipipou.core.config.Field.optional;

import io.ipipou.core.config.FieldTable.Group;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Secrets, which are text in the file or come from elsewhere, and bytes in base64, secret or not. */
final class SecretTypes {

    private interface Reader {
        byte[] read(SecretSources sources, Node place, Problems problems) throws InvalidValue;
    }

    private static final List<Field<byte[]>> PLACE_FIELDS = List.of(
            optional(
                    "file",
                    place("a path, relative to this file", "[\\s\\S]+", SecretSources::file),
                    "Read the secret from a file. Only its owner should be able to read it. One newline at its end is"
                            + " ignored."),
            optional(
                    "env",
                    place("the name of an environment variable", "[A-Za-z_][A-Za-z0-9_]*", SecretSources::variable),
                    "Read the secret from an environment variable."),
            optional(
                    "sealed",
                    place("what `ipipou seal` printed", "[A-Za-z0-9+/]+={0,2}", SecretSources::sealed),
                    "A secret that was encrypted with `ipipou seal`, for this host and this setting."));

    /** Where a secret can be. */
    static final FieldTable PLACES = new FieldTable(
            "{file: PATH}, {env: NAME} or {sealed: TEXT}",
            false,
            List.of(new Group(PLACE_FIELDS, Requirement.ALWAYS, true)),
            List.copyOf(PLACE_FIELDS));

    private SecretTypes() {}

    private static ValueType<byte[]> place(String form, String pattern, Reader reader) {
        return new ValueType<>(
                Set.of(Node.Kind.TEXT),
                new Hint(form, ""),
                definitions -> object("type", "string", "pattern", "^" + pattern + "$"),
                (value, reading) -> {
                    if (!value.text().matches(pattern)) {
                        throw new InvalidValue(value.text().isEmpty() ? "is empty" : "is not valid");
                    }
                    return Optional.of(reader.read(reading.secrets(), value, reading.problems()));
                });
    }

    static ValueType<Secret> text(String form) {
        return secret(form, "[\\s\\S]+", (bytes, value, problems) -> {
            if (bytes.length == 0) {
                throw new InvalidValue("is empty");
            }
            SecretText.ending(bytes)
                    .ifPresent(ending -> problems.warning(
                            value,
                            "the secret ends with " + ending + ", which is part of it",
                            "remove it, unless the peer's secret ends with it too"));
            return bytes;
        });
    }

    static ValueType<Secret> base64(String form, int count) {
        return secret(form, base64Pattern(count), (bytes, value, problems) -> {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return decode(value.isScalar() ? text : text.strip(), count);
        });
    }

    private interface Decoder {
        byte[] decode(byte[] bytes, Node value, Problems problems) throws InvalidValue;
    }

    private static ValueType<Secret> secret(String form, String pattern, Decoder decoder) {
        return new ValueType<>(
                Set.of(Node.Kind.TEXT, Node.Kind.MAPPING),
                new Hint(form, ""),
                definitions -> object(
                        "anyOf",
                        List.of(
                                object("type", "string", "pattern", "^" + pattern + "$"),
                                PLACES.type("").named("secretPlace").schema().in(definitions))),
                (value, reading) -> {
                    Optional<byte[]> bytes = value.isScalar()
                            ? Optional.of(reading.secrets().inFile(value, reading.problems()))
                            : elsewhere(value, reading);
                    return bytes.isEmpty()
                            ? Optional.empty()
                            : Optional.of(Secret.of(decoder.decode(bytes.get(), value, reading.problems())));
                });
    }

    /** What a mistyped key says can be the secret, so that no message has it. */
    private static Optional<byte[]> elsewhere(Node value, Reading reading) throws InvalidValue {
        List<Field<byte[]>> given = PLACE_FIELDS.stream()
                .filter(place -> value.get(place.key()).isPresent())
                .toList();
        if (given.size() != 1 || value.entries().size() != 1) {
            throw new InvalidValue(
                    "must be text, or a mapping with one of " + Spelling.list(PLACES.keys(), "and"),
                    "write " + PLACES.form());
        }
        return given.get(0).read(value, reading).map(At::value);
    }

    /** @param count of bytes; 0 for any number but none */
    static ValueType<Settings.Bytes> bytes(String form, int count) {
        return Types.text(new Hint(form, ""), base64Pattern(count), text -> new Settings.Bytes(decode(text, count)));
    }

    private static byte[] decode(String text, int count) throws InvalidValue {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) { // its message quotes the text, which can be secret
            throw new InvalidValue("is not base64");
        }
        if (bytes.length == 0) {
            throw new InvalidValue("is empty");
        }
        if (count != 0 && bytes.length != count) {
            throw new InvalidValue("is base64 of " + bytes.length + " bytes, not of " + count);
        }
        return bytes;
    }

    /** Groups of three bytes and four characters, with or without padding. */
    private static String base64Pattern(int count) {
        String padding = List.of("", "(==)?", "=?").get(count % 3);
        return count == 0 ? "[A-Za-z0-9+/]{2,}={0,2}" : "[A-Za-z0-9+/]{" + (count * 8 + 5) / 6 + "}" + padding;
    }
}
