package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A secret in the place of a secret, in any form and company, is in nothing that can be printed. */
class SecrecyTest {

    private static final String SECRET = "hunter2SECREThunter2SECREThunter2SECREThunt"; // 43 characters, as a key has

    @Property(tries = 1000)
    void isNeverShown(@ForAll("entries") List<String> entries, @ForAll("ending") String ending) {
        StringBuilder text = new StringBuilder("apiVersion: ipipou/v1\nauth:\n");
        StringBuilder rest = new StringBuilder("peers:\n");
        for (int i = 0; i < entries.size(); i++) {
            text.append("  a").append(i).append(": ").append(entries.get(i)).append('\n');
            rest.append("  p").append(i).append(": {auth: a").append(i).append(", endpoint: \"h:1\"}\n");
        }
        rest.append("tunnels:\n");
        for (int i = 0; i < entries.size(); i++) {
            rest.append("  t").append(i).append(i % 2 == 0 ? ": {mode: server" : ": {mode: client");
            rest.append(", peer: p").append(i).append(", local: {device: d").append(i);
            rest.append(", port: 1}, inner: {address: 10.0.0.").append(i + 1).append("}}\n");
        }

        assertThat(everythingThatCanBePrinted(text + rest.toString() + ending)).doesNotContain("hunter2");
    }

    private static String everythingThatCanBePrinted(String yaml) {
        try {
            LoadedConfig loaded = BuiltIns.read(yaml);
            return loaded + loaded.warnings().toString() + loaded.config();
        } catch (ConfigException e) {
            StringBuilder all = new StringBuilder().append(e).append(e.problems());
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                all.append(cause);
            }
            return all.toString();
        }
    }

    @Provide
    Arbitrary<List<String>> entries() {
        Arbitrary<String> secret = Arbitraries.of(
                SECRET,
                SECRET + "=",
                '"' + SECRET + '"',
                '"' + SECRET + "\\q\"",
                '"' + SECRET + "\\0\"",
                "[" + SECRET + "]",
                "{" + SECRET + "}",
                "{" + SECRET + ": " + SECRET + "}",
                "{" + SECRET + ": 1, " + SECRET + ": 2}",
                "{file: [" + SECRET + "]}",
                "{file: " + "{" + SECRET + ": x}}",
                "{file: x, fil: " + SECRET + "}",
                "{env: {" + SECRET + ": " + SECRET + "}}",
                "!" + SECRET + " x",
                "*" + SECRET,
                "&" + SECRET + " " + SECRET,
                "@" + SECRET,
                "{" + SECRET + ": !x y}",
                "{" + SECRET + ": \"\\0\"}",
                "{" + SECRET + ": *x}",
                "{" + SECRET + ": {? [a] : b}}",
                "\u00A0" + SECRET,
                "{\u00A0" + SECRET + ": \u00A0}",
                "|" + SECRET,
                SECRET + ": " + SECRET,
                "'" + SECRET);
        Arbitrary<String> setting = Combinators.combine(
                        Arbitraries.of("token", "tokenBase64", "privateKey", "secret", "tokn", "remotePublicKey"),
                        secret)
                .as((name, value) -> name + ": " + value);
        Arbitrary<String> bare = Arbitraries.of(
                SECRET,
                '"' + SECRET + '"',
                "? [" + SECRET + "] : x",
                SECRET + ": !x y",
                SECRET + ": \"\\0\"",
                SECRET + ": \u00A0");
        Arbitrary<String> scheme = Arbitraries.of("scheme: token", "scheme: ed25519", "scheme: address", "scheme: x");
        Arbitrary<String> entry = Combinators.combine(
                        scheme,
                        Arbitraries.oneOf(setting, setting, setting, bare)
                                .list()
                                .ofMaxSize(3))
                .as((first, others) -> "{" + first + ", " + String.join(", ", others) + "}");
        return Arbitraries.oneOf(entry, entry, entry, Arbitraries.of(SECRET, "[" + SECRET + "]"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<String> ending() {
        return Arbitraries.of("", "", "", "defaults: {keepalive: x}", "\tx", "a: b: c", "'", "--- x");
    }
}
