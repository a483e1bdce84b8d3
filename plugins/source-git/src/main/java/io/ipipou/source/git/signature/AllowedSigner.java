package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the file.
 *
 * @param principals whom the key is of, as written: names with commas between them
 * @param namespaces patterns of what it may sign, any where there is none
 * @param key in the wire format of SSH
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
record AllowedSigner(
        String principals,
        boolean certAuthority,
        List<String> namespaces,
        Optional<Instant> validAfter,
        Optional<Instant> validBefore,
        byte[] key) {

    private static final Pattern LINE =
            Pattern.compile("(?<principals>\"[^\"]+\"|[^\\s\"]+)\\s+(?:(?<options>(?:[^\\s\"]++|\"[^\"]*+\")++)\\s+)??"
                    + "(?<type>(?:sk-)?(?:ssh|ecdsa)-[\\w.@-]+)\\s+(?<key>[A-Za-z0-9+/=]+)(?:\\s.*)?");
    private static final Pattern OPTION = Pattern.compile("(?<name>[A-Za-z-]+)(?:=\"(?<value>[^\"]*+)\")?(?:,|$)");
    private static final Pattern TIME = Pattern.compile("(?<date>\\d{8})(?<time>\\d{4}(?:\\d{2})?)?(?<utc>Z?)");
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    static AllowedSigner parse(String line) throws MalformedException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new MalformedException("it is none (write PRINCIPALS [OPTIONS] KEYTYPE BASE64-KEY)");
        }
        byte[] key = key(parts.group("type"), parts.group("key"));
        String principals = parts.group("principals").replace("\"", "");
        AllowedSigner plain = new AllowedSigner(principals, false, List.of(), Optional.empty(), Optional.empty(), key);
        String options = parts.group("options");
        return options == null ? plain : plain.with(options);
    }

    private static byte[] key(String type, String base64) throws MalformedException {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("its key is no base64");
        }
        String inside = new SshReader(key).text();
        if (!inside.equals(type)) {
            throw new MalformedException("its key is of type " + Printable.line(inside) + ", not " + type);
        }
        return key;
    }

    private AllowedSigner with(String options) throws MalformedException {
        boolean authority = false;
        List<String> spaces = new ArrayList<>();
        Optional<Instant> after = Optional.empty();
        Optional<Instant> before = Optional.empty();
        Matcher option = OPTION.matcher(options);
        int at = 0;
        for (; option.find(at) && option.start() == at && at < options.length(); at = option.end()) {
            String value = option.group("value");
            String name = option.group("name").toLowerCase(Locale.ROOT);
            if (value == null && name.equals("cert-authority")) {
                authority = true;
            } else if (value != null && name.equals("namespaces")) {
                spaces.addAll(List.of(value.split(",")));
            } else if (value != null && name.equals("valid-after")) {
                after = Optional.of(time(value));
            } else if (value != null && name.equals("valid-before")) {
                before = Optional.of(time(value));
            } else {
                throw new MalformedException(
                        "it has an option " + Printable.line(option.group()) + ", which is unknown");
            }
        }
        if (at < options.length()) {
            throw new MalformedException(
                    "its options end in " + Printable.line(options.substring(at)) + ", which is none");
        }
        return new AllowedSigner(principals, authority, List.copyOf(spaces), after, before, key);
    }

    /** {@code YYYYMMDD[HHMM[SS]][Z]}; without Z in this host's zone. */
    private static Instant time(String text) throws MalformedException {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw new MalformedException("its time " + Printable.line(text) + " is none (write YYYYMMDD[HHMM[SS]][Z])");
        }
        String time = parts.group("time") == null ? "" : parts.group("time");
        try {
            return LocalDateTime.parse((parts.group("date") + time + "000000").substring(0, 14), FORMAT)
                    .atZone(parts.group("utc").isEmpty() ? ZoneId.systemDefault() : ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeException e) {
            throw new MalformedException("its time " + text + " is in no calendar");
        }
    }

    /** As in ssh_config(5), PATTERNS: the first pattern that matches and begins with {@code !} forbids. */
    boolean allowsNamespace(String namespace) {
        if (namespaces.isEmpty()) {
            return true;
        }
        boolean forbidden = namespaces.stream()
                .filter(pattern -> pattern.startsWith("!"))
                .anyMatch(pattern -> matches(pattern.substring(1), namespace));
        return !forbidden && namespaces.stream().anyMatch(pattern -> matches(pattern, namespace));
    }

    private static boolean matches(String pattern, String name) {
        StringBuilder expression = new StringBuilder();
        for (char c : pattern.strip().toCharArray()) {
            expression.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.matches(expression.toString(), name);
    }
}
