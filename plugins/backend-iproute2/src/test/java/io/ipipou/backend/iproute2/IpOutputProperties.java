package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever {@code ip} prints is parsed or is a {@link BackendException}. */
final class IpOutputProperties {

    private static final Pattern VALUE = Pattern.compile("(?<=\":)(\"[^\"]*\"|[0-9a-z]+|\\[[^]\\[]*]|\\{[^{}]*})");

    private final String recorded;
    private final List<MatchResult> values;

    IpOutputProperties() throws IOException {
        recorded = Recorded.text("6.1/state.json");
        values = VALUE.matcher(recorded).results().toList();
    }

    @Property(tries = 500)
    void arbitraryText(@ForAll String text) {
        parseOrReject(text);
        BatchErrors.parse(text);
        UdpPorts.ports(List.of(text));
    }

    @Property(tries = 300)
    void aTruncatedRecording(@ForAll @IntRange(max = 8000) int length) {
        parseOrReject(recorded.substring(0, length));
    }

    @Property(tries = 500)
    void aRecordingWithOneValueReplaced(@ForAll @IntRange(max = 100_000) int which, @ForAll("json") String value) {
        MatchResult replaced = values.get(which % values.size());
        parseOrReject(recorded.substring(0, replaced.start()) + value + recorded.substring(replaced.end()));
    }

    @Property(tries = 300)
    void aFailureIsParsedWithItsMessage(
            @ForAll @IntRange(min = 1, max = 999_999_999) int line, @ForAll("words") String message) {
        BatchErrors errors = BatchErrors.parse(message + "\nCommand failed -:" + line + "\nCommand failed -:7\n");

        assertThat(errors.failedLine()).contains(line);
        assertThat(errors.message()).isEqualTo(message);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withCharRange('!', '~').ofMinLength(1);
    }

    @Provide
    Arbitrary<String> json() {
        return Arbitraries.of(
                "null",
                "true",
                "-1",
                "0",
                "1e400",
                "4294967296",
                "99999999999999999999999999",
                "\"\"",
                "\"x\"",
                "\"0x\"",
                "\"-9223372036854775809\"",
                "\"203.0.113.1\"",
                "\"10.0.0.1/8\"",
                "\"203.0.113.1/33\"",
                "\"a b\"",
                "\"\\u0000\"",
                "\"\u2028\"",
                "[]",
                "[[]]",
                "[1]",
                "[{}]",
                "{}",
                "{\"type\":1}",
                "[".repeat(2000));
    }

    private static void parseOrReject(String output) {
        try {
            assertThat(Recorded.state(output).groups()).isNotNull();
        } catch (BackendException rejected) {
            assertThat(rejected.getMessage()).isNotBlank();
        }
    }
}
