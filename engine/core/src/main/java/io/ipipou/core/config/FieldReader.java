package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Reads values of each kind. What cannot be read is reported, once, and empty; so is what the schema complained about. */
final class FieldReader {

    /** Names that the kernel or {@code /proc/sys/net} has another use for. */
    private static final Set<String> RESERVED_LINKS = Set.of("lo", "tunl0", "all", "default");

    private final Problems problems;
    private final Hints hints;

    FieldReader(Problems problems, Hints hints) {
        this.problems = problems;
        this.hints = hints;
    }

    Optional<String> text(Value value) {
        Optional<String> text = value.scalar(Node.Kind.TEXT);
        return text.isPresent() ? text : unlessFlagged(value, "text");
    }

    Optional<Boolean> flag(Value value) {
        Optional<String> text = value.scalar(Node.Kind.BOOLEAN);
        return text.isPresent() ? text.map(Boolean::parseBoolean) : unlessFlagged(value, "true or false");
    }

    /** The schema has checked its range. */
    Optional<Integer> number(Value value) {
        if (problems.isFlagged(value)) {
            return Optional.empty();
        }
        Optional<String> text = value.scalar(Node.Kind.WHOLE_NUMBER);
        return text.isPresent()
                ? text.map(t -> NodeJson.wholeNumber(t).intValueExact())
                : unlessFlagged(value, "a whole number");
    }

    /** A number, or the word that stands for {@code empty}'s value. */
    Optional<Integer> numberOr(String word, int meaning, Value value) {
        if (value.scalar(Node.Kind.TEXT).isEmpty()) {
            return number(value);
        }
        return text(value).filter(word::equals).map(w -> meaning);
    }

    Optional<Duration> duration(Value value) {
        if (problems.isFlagged(value) || value.scalar(Node.Kind.WHOLE_NUMBER).isPresent()) {
            return number(value).map(Duration::ofSeconds);
        }
        return text(value).flatMap(text -> {
            Optional<Duration> duration = Durations.parse(text);
            return duration.isPresent() ? duration : wrong(value, "is not a duration");
        });
    }

    Optional<Ipv4> ipv4(Value value) {
        return text(value).flatMap(text -> {
            Optional<Ipv4> address = Ipv4.parse(text);
            return address.isPresent() ? address : wrong(value, Addresses.whyNotAddress(text));
        });
    }

    /** An address that one interface can have: not 0.0.0.0, loopback, multicast or above. */
    Optional<Ipv4> unicast(Value value) {
        return ipv4(value)
                .flatMap(address -> Addresses.isUnicast(address)
                        ? Optional.of(address)
                        : wrong(value, "is no address that an interface can have"));
    }

    /** An address that packets can be sent from: also a loopback one. */
    Optional<Ipv4> outer(Value value) {
        return ipv4(value)
                .flatMap(address -> Addresses.isHost(address)
                        ? Optional.of(address)
                        : wrong(value, "is no address that a host can have"));
    }

    Optional<Ipv4Prefix> prefix(Value value) {
        return text(value).flatMap(text -> {
            Optional<Ipv4Prefix> prefix = Ipv4Prefix.parse(text);
            if (prefix.isEmpty()) {
                problems.error(
                        value,
                        value.shown() + Addresses.whyNotPrefix(text),
                        Addresses.prefixMeant(text).map(p -> "write " + p).orElse(hints.write(value.path())));
            }
            return prefix;
        });
    }

    Optional<RemoteEndpoint> endpoint(Value value) {
        return text(value).flatMap(text -> {
            Optional<RemoteEndpoint> endpoint = Addresses.endpoint(text);
            return endpoint.isPresent() ? endpoint : wrong(value, Addresses.whyNotEndpoint(text));
        });
    }

    Optional<LinkName> device(Value value) {
        return text(value).flatMap(text -> {
            Optional<LinkName> name = linkName(text);
            return name.isPresent() ? name : wrong(value, whyNotLink(text));
        });
    }

    /** The interface name that a tunnel of the file stands under. */
    Optional<LinkName> tunnelName(Value tunnel) {
        String text = tunnel.path().key();
        Optional<LinkName> name = linkName(text).filter(n -> !RESERVED_LINKS.contains(text));
        if (name.isEmpty()) {
            String why = RESERVED_LINKS.contains(text) ? "is a name that the kernel uses" : whyNotLink(text);
            problems.error(tunnel.key(), tunnel.path(), why, "write " + hints.linkName());
        }
        return name;
    }

    private static Optional<LinkName> linkName(String text) {
        boolean clean = text.codePoints()
                .noneMatch(c -> c == '%' || Character.isISOControl(c) || Character.isSpaceChar(c) || c == 0xFEFF);
        return clean && bytes(text) <= LinkName.MAX_LENGTH ? LinkName.parse(text) : Optional.empty();
    }

    private static String whyNotLink(String text) {
        return bytes(text) > LinkName.MAX_LENGTH
                ? "has " + bytes(text) + " bytes, and an interface name at most " + LinkName.MAX_LENGTH
                : "is no interface name";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private <T> Optional<T> unlessFlagged(Value value, String expected) {
        if (!problems.isFlagged(value)) {
            problems.error(value, "is " + value.node().describe() + ", not " + expected, hints.write(value.path()));
        }
        return Optional.empty();
    }

    private <T> Optional<T> wrong(Value value, String message) {
        problems.error(value, value.shown() + message, hints.write(value.path()));
        return Optional.empty();
    }
}
