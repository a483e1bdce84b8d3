package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever the bytes are, the reader accepts them or throws a {@link ConfigException}, and soon. */
class ConfigFuzzTest {

    /** Of this thread's processor time, so that a busy machine is no failure. */
    private static final Duration SOON = Duration.ofSeconds(2);

    /** A character for each byte. */
    private static final List<String> DOCUMENTS = documents();

    /** A change of a document: cut so many bytes at a place, and put others there. */
    record Edit(int place, int cut, String paste) {
        String apply(String text) {
            int from = place % (text.length() + 1);
            return text.substring(0, from) + paste + text.substring(Math.min(text.length(), from + cut));
        }
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
    void anyBytes(@ForAll byte[] bytes) {
        acceptsOrRejects(bytes);
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
    void anyYamlLikeText(@ForAll("yamlLike") String text) {
        acceptsOrRejects(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 700, shrinking = ShrinkingMode.BOUNDED)
    void anyChangeOfADocument(@ForAll("document") String document, @ForAll("edits") List<Edit> edits) {
        String changed = document;
        for (Edit edit : edits) {
            changed = edit.apply(changed);
        }
        acceptsOrRejects(changed.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Property(tries = 700, shrinking = ShrinkingMode.BOUNDED)
    void anyTree(@ForAll("tree") String tree) {
        acceptsOrRejects(tree.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 700, shrinking = ShrinkingMode.BOUNDED)
    void anyValueInTheWrongPlace(
            @ForAll("document") String document, @ForAll @IntRange(max = 2000) int place, @ForAll("tree") String tree) {
        int colon = document.indexOf(": ", place % document.length());
        String end = document.substring(colon + 2).replaceFirst("^[^,}\n]*", "");
        String changed = colon < 0 ? tree : document.substring(0, colon + 2) + tree + end;

        acceptsOrRejects(changed.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void acceptsOrRejects(byte[] bytes) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThatNoException().isThrownBy(() -> {
            try {
                BuiltIns.read(bytes);
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty().isSorted();
                assertThat(e.problems()).allSatisfy(problem -> {
                    assertThat(problem.position().line()).isPositive();
                    assertThat(problem.position().column()).isPositive();
                    assertThat(problem.message()).isNotEmpty();
                    assertThat(problem.toString().chars()).allMatch(c -> !Character.isISOControl(c));
                });
            }
        });
        long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(Duration.ofNanos(end - start)).isLessThan(SOON);
        SchemaAgreement.check(BuiltIns.READER, new Source("t.yaml", bytes, Path.of("/nonexistent")));
    }

    @Provide
    Arbitrary<String> yamlLike() {
        return Arbitraries.of(
                        "a",
                        "b",
                        ": ",
                        ":",
                        "- ",
                        "-",
                        "\n",
                        "\n  ",
                        "  ",
                        "\t",
                        "{",
                        "}",
                        "[",
                        "]",
                        ", ",
                        "\"",
                        "'",
                        "&a ",
                        "*a",
                        "!",
                        "!!str ",
                        "!<",
                        "%YAML 1.2\n",
                        "%TAG ! x\n",
                        "---\n",
                        "...\n",
                        "|",
                        ">-\n",
                        "? ",
                        "#",
                        " # ",
                        "\\",
                        "\\u",
                        "\\x4",
                        "\\N",
                        "@",
                        "`",
                        "~",
                        "null",
                        "0x",
                        "1e9",
                        ".inf",
                        "\r",
                        "\u0085",
                        "\u2028",
                        "\uFEFF",
                        "\u00E9",
                        "\uD83D\uDE00",
                        "<<",
                        "apiVersion: ",
                        "tunnels: ",
                        "\0")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> document() {
        return Arbitraries.of(DOCUMENTS);
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        Arbitrary<String> bytes =
                Arbitraries.strings().withCharRange('\0', '\u00FF').ofMaxLength(4);
        Arbitrary<String> piece =
                Arbitraries.of(DOCUMENTS).flatMap(text -> Arbitraries.of(text.split("(?<=[\n,{}:])")));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 100_000),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.oneOf(bytes, piece))
                .as(Edit::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** A tree of the file's own keys and values, in any place, as JSON, which YAML 1.2 holds. */
    @Provide
    Arbitrary<String> tree() {
        return tree(4);
    }

    private Arbitrary<String> tree(int depth) {
        Arbitrary<String> scalar = Arbitraries.of(
                "null",
                "true",
                "0",
                "-1",
                "70000",
                "1.5",
                "1e400",
                ".nan",
                "0xFFFFFFFFFFFFFFFFFFFF",
                "\"\"",
                "\"x\"",
                "ipipou/v1",
                "server",
                "client",
                "static",
                "token",
                "ed25519",
                "address",
                "auto",
                "inherit",
                "27s",
                "10.0.0.1",
                "10.0.0.0/8",
                "10.0.0.1/8",
                "fe80::1",
                "\"h:1\"",
                "a",
                "b",
                "\"\\0\"",
                "\"\\uDC00\"",
                "eQYNhD/Xwl6Zaq+z3QXDzNI77x8CEKqY1n5kt9bKeEI=");
        if (depth == 0) {
            return scalar;
        }
        Arbitrary<String> key = Arbitraries.of(
                "apiVersion",
                "settings",
                "backend",
                "nftTable",
                "queue",
                "aliasRange",
                "defaults",
                "local",
                "device",
                "address",
                "port",
                "auth",
                "scheme",
                "token",
                "tokenBase64",
                "privateKey",
                "remotePublicKey",
                "secret",
                "file",
                "env",
                "ip",
                "peers",
                "endpoint",
                "tunnels",
                "mode",
                "peer",
                "inner",
                "routes",
                "mtu",
                "ttl",
                "encapChecksum",
                "alias",
                "keepalive",
                "authLifetime",
                "maxClockSkew",
                "reply",
                "a",
                "b",
                "\"\"");
        Arbitrary<String> mapping = Combinators.combine(key, tree(depth - 1))
                .as((name, value) -> name + ": " + value)
                .list()
                .ofMaxSize(6)
                .map(entries -> "{" + String.join(", ", entries) + "}");
        Arbitrary<String> list = tree(depth - 1).list().ofMaxSize(3).map(items -> "[" + String.join(", ", items) + "]");
        return Arbitraries.oneOf(mapping, mapping, list, scalar);
    }

    private static List<String> documents() {
        try (Stream<Path> files = Files.list(Path.of("../../schema/valid"))) {
            List<String> documents = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                documents.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
