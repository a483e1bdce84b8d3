package io.ipipou.core.config;

import static io.ipipou.core.config.BuiltIns.mistakes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceTextTest {

    private static final String SMALLEST = "apiVersion: ipipou/v1\ntunnels: {}\n";

    @Test
    void acceptsAByteOrderMarkAndDoesNotCountIt() throws Exception {
        assertThat(BuiltIns.read("\uFEFF" + SMALLEST).config().tunnels()).isEmpty();
        assertThat(mistakes("\uFEFFapiVersion: 1\ntunnels: {}\n"))
                .containsExactly("1:13: apiVersion: must be text, not a whole number (write ipipou/v1)");
        assertThat(mistakes("\uFEFFa\0")).first().asString().startsWith("1:2: ");
    }

    @Test
    void acceptsCrLfAndCr() throws Exception {
        assertThat(BuiltIns.read(SMALLEST.replace("\n", "\r\n")).warnings()).isEmpty();
        assertThat(BuiltIns.read(SMALLEST.replace("\n", "\r")).warnings()).isEmpty();
        assertThat(mistakes("apiVersion: ipipou/v1\r\ntunnels: []\r\n"))
                .first()
                .asString()
                .startsWith("2:10: tunnels: must be a mapping, not a list");
    }

    @Test
    void rejectsNulAndOtherControlCharactersWhereTheyAre() {
        assertThat(mistakes(SMALLEST + "# \0"))
                .containsExactly("3:3: the control character U+0000 is not allowed"
                        + " (remove it; in double quotes, write an escape such as \\t)");
        assertThat(mistakes("a: \"\u00FC\uD83D\uDE00\u001B[31m\""))
                .first()
                .asString()
                .startsWith("1:7: ");
        assertThat(mistakes("apiVersion: ipipou/v1\r\n\u0007"))
                .first()
                .asString()
                .startsWith("2:1: ");
    }

    @Test
    void rejectsEscapesForWhatNoTextHolds() {
        assertThat(mistakes(SMALLEST + "auth: {a: {scheme: token, token: \"hunter2\\0\"}}"))
                .containsExactly(
                        "3:34: auth.a: an escape stands for NUL or for half a character" + " (write bytes as base64)");
        assertThat(mistakes(SMALLEST + "auth: {a: {scheme: token, token: \"\\uD800\"}}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("half a character");
    }

    @Test
    void rejectsWhatIsNotUtf8WhereItBegins() {
        assertThat(mistakes((SMALLEST + "# \u00FCber").getBytes(ISO_8859_1)))
                .containsExactly("3:3: this is not UTF-8 (save the file as UTF-8)");
        assertThat(mistakes(SMALLEST.getBytes(UTF_16)))
                .containsExactly("1:1: this is not UTF-8 (save the file as UTF-8)");
        assertThat(mistakes(new byte[] {'a', (byte) 0xC3}))
                .containsExactly("1:2: this is not UTF-8 (save the file as UTF-8)");
    }

    @Test
    void rejectsWhatIsTooLargeWithoutReadingIt() {
        assertThat(mistakes(new byte[Source.MAX_BYTES + 1]))
                .containsExactly("1:1: the file has 16777217 bytes; the limit is 16777216"
                        + " (remove what this host does not need)");
        assertThat(mistakes("a".repeat(SourceText.MAX_LINE + 1)))
                .containsExactly("1:2097153: the line has more than 2097152 characters (split it)");
        assertThat(mistakes("a:\n" + "- x\n".repeat(YamlReader.MAX_ENTRIES + 1) + "b:\n  c:\n"))
                .isNotEmpty();
        assertThat(mistakes("a:\n  b:\n" + "  - x\n".repeat(YamlReader.MAX_ENTRIES + 1)))
                .containsExactly("50003:5: a.b: has more than 50000 entries (remove some)");
    }

    @Test
    void stopsAtAThousandMistakes() {
        assertThat(mistakes("apiVersion: ipipou/v1\ntunnels:\n" + manyTunnels(2000, "{mtu: 1}")))
                .hasSize(Problems.MAX_ERRORS + 1)
                .last()
                .asString()
                .endsWith("the file has more than 1000 mistakes (correct these first)");
    }

    @Test
    void findsTheOnlyMistakeInALargeFile() {
        StringBuilder text = new StringBuilder("apiVersion: ipipou/v1\npeers: {p: {endpoint: \"h:1\"}}\ntunnels:\n");
        for (int i = 0; i < 1700; i++) {
            text.append(String.format(
                    "  t%d: {mode: static, peer: p, local: {device: d%d, port: 1}, inner: {address: 10.0.%d.%d}}%n",
                    i, i, i / 256, i % 256));
        }

        assertThat(mistakes(text.toString())).isEmpty();
        assertThat(mistakes(text + "  last: {mod: static}\n"))
                .contains("1704:10: tunnels.last.mod: unknown setting (did you mean mode?)");
        assertThat(mistakes(text + "tunels: {}\n"))
                .containsExactly("1704:1: tunels: unknown setting (did you mean tunnels?)");
    }

    private static String manyTunnels(int count, String tunnel) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("  t").append(i).append(": ").append(tunnel).append('\n');
        }
        return text.toString();
    }
}
