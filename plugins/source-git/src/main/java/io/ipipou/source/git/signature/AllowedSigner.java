package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of an allowed signers file.
 *
 * @param principals who owns the key, as written: patterns separated by commas
 * @param key in SSH's wire format
 * @param namespaces patterns (ssh_config(5), PATTERNS) of what the key can sign
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AllowedSigner(
        String principals,
        byte[] key,
        boolean certAuthority,
        List<String> namespaces,
        Optional<Instant> validAfter,
        Optional<Instant> validBefore) {

    private static final Pattern LINE = Pattern.compile("(?<principals>\"[^\"]+\"|[^\\s\"]+)[ \t]+"
            + "(?:(?<options>(?:[^ \t\"]++|\"[^\"]*+\")++)[ \t]+)??"
            + "(?<type>(?:sk-)?(?:ssh|ecdsa)-[\\w.@-]+)[ \t]+(?<key>[A-Za-z0-9+/=]+)(?:[ \t].*)?");
    private static final Pattern OPTION = Pattern.compile(
            "(?:(?<flag>cert-authority)|(?<name>namespaces|valid-after|valid-before)=\"(?<value>[^\"]*+)\")(?:,(?!$)|$)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TIME = Pattern.compile("(?<date>\\d{8})(?<time>\\d{4}(?:\\d{2})?)?(?<utc>Z?)");
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    static AllowedSigner parse(String line) throws MalformedException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new MalformedException("not of the form PRINCIPALS [OPTIONS] KEYTYPE BASE64-KEY");
        }
        Map<String, String> options = options(parts.group("options"));
        return new AllowedSigner(
                parts.group("principals").replace("\"", ""),
                key(parts.group("type"), parts.group("key")),
                options.containsKey("cert-authority"),
                List.of(options.getOrDefault("namespaces", "*").split(",")),
                time(options.get("valid-after")),
                time(options.get("valid-before")));
    }

    private static byte[] key(String type, String base64) throws MalformedException {
        byte[] key = StrictBase64.decode(base64);
        String inside = SshPublicKeys.type(key);
        if (!inside.equals(type)) {
            throw new MalformedException("the key is of type " + Printable.line(inside) + ", not " + type);
        }
        return key;
    }

    private static Map<String, String> options(@Nullable String text) throws MalformedException {
        Map<String, String> options = new HashMap<>();
        if (text == null) {
            return options;
        }
        Matcher option = OPTION.matcher(text);
        for (int at = 0; at < text.length(); at = option.end()) {
            if (!option.region(at, text.length()).lookingAt()) {
                throw new MalformedException("unknown option " + Printable.line(text.substring(at)));
            }
            String name = option.group("flag") == null ? option.group("name") : option.group("flag");
            String value = option.group("value") == null ? "" : option.group("value");
            if (options.put(name.toLowerCase(Locale.ROOT), value) != null) {
                throw new MalformedException("option " + name + " is given twice");
            }
        }
        return options;
    }

    /** {@code YYYYMMDD[HHMM[SS]][Z]}; without Z in this host's time zone. */
    private static Optional<Instant> time(@Nullable String text) throws MalformedException {
        if (text == null) {
            return Optional.empty();
        }
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw new MalformedException("time " + Printable.line(text) + " is not of the form YYYYMMDD[HHMM[SS]][Z]");
        }
        String time = parts.group("time") == null ? "" : parts.group("time");
        Instant instant;
        try {
            instant = LocalDateTime.parse((parts.group("date") + time + "000000").substring(0, 14), FORMAT)
                    .atZone(parts.group("utc").isEmpty() ? ZoneId.systemDefault() : ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeException e) {
            throw new MalformedException("time " + text + " does not exist");
        }
        if (instant.isBefore(Instant.EPOCH)) {
            throw new MalformedException("time " + text + " is before 1970");
        }
        return Optional.of(instant);
    }

    /** Why the key cannot sign for this namespace at this time, or nothing. */
    Optional<String> rejection(String namespace, Instant time) {
        if (certAuthority) {
            return Optional.of("the key can only sign certificates, which are not supported");
        }
        if (!allows(namespace)) {
            return Optional.of("the key is not allowed for namespace " + namespace);
        }
        if (validAfter.filter(time::isBefore).isPresent()) {
            return Optional.of("the key is valid only after " + validAfter.orElseThrow() + ", not at " + time);
        }
        if (validBefore.filter(before -> !time.isBefore(before)).isPresent()) {
            return Optional.of("the key is valid only before " + validBefore.orElseThrow() + ", not at " + time);
        }
        return Optional.empty();
    }

    private boolean allows(String namespace) {
        return namespaces.stream().anyMatch(pattern -> matches(pattern, namespace))
                && namespaces.stream()
                        .filter(pattern -> pattern.startsWith("!"))
                        .noneMatch(pattern -> matches(pattern.substring(1), namespace));
    }

    private static boolean matches(String pattern, String name) {
        String expression = pattern.chars()
                .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining());
        return Pattern.matches(expression, name);
    }
}
