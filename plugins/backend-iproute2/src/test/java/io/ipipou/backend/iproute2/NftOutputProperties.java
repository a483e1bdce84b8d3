package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever {@code nft} prints is parsed or is a {@link BackendException}. */
final class NftOutputProperties {

    private static final Pattern WORD = Pattern.compile("[^\\s]+");

    private final String recorded;
    private final List<String> lines;
    private final List<MatchResult> words;

    NftOutputProperties() throws IOException {
        recorded = Recorded.text("6.1/nft/unsupported") + Recorded.text("6.1/nft/gate");
        lines = Recorded.lines("6.1/nft/unsupported");
        words = WORD.matcher(recorded).results().toList();
    }

    @Property(tries = 500)
    void arbitraryText(@ForAll String text) {
        parseOrReject(text);
        parseOrReject("table ip ipipou {\n" + text);
        assertThat(NftErrors.parse(text).refusal().message()).isNotBlank();
    }

    @Property(tries = 300)
    void aTruncatedRecording(@ForAll @IntRange(max = 12_000) int length) {
        parseOrReject(recorded.substring(0, Math.min(length, recorded.length())));
    }

    @Property(tries = 1000)
    void aRecordingWithOneWordReplaced(@ForAll @IntRange(max = 100_000) int which, @ForAll("word") String word) {
        MatchResult replaced = words.get(which % words.size());
        parseOrReject(recorded.substring(0, replaced.start()) + word + recorded.substring(replaced.end()));
    }

    @Property(tries = 300)
    void aRecordingWithOneLineMoved(@ForAll @IntRange(max = 10_000) int from, @ForAll @IntRange(max = 10_000) int to) {
        List<String> shuffled = new ArrayList<>(lines);
        String line = shuffled.remove(from % lines.size());
        shuffled.add(to % lines.size(), line);
        parseOrReject(String.join("\n", shuffled));
    }

    @Provide
    Arbitrary<String> word() {
        return Arbitraries.of(
                "",
                "{",
                "}",
                "\"",
                "#",
                "]",
                "[",
                "0",
                "-1",
                "4294967296",
                "99999999999999999999999",
                "0x",
                "0xfffffffff",
                "reg",
                "1",
                "23",
                "65536",
                ":",
                ",",
                ".",
                "=",
                "elements",
                "type",
                "timeout",
                "255.255.255.255",
                "1d1h",
                "99999999999d",
                "99999999999w",
                "ms",
                "ipipou",
                "set",
                "map",
                "chain",
                "counter",
                "\t",
                "\n",
                "\u2028");
    }

    private static void parseOrReject(String output) {
        try {
            assertThat(new NftListing("ipipou", output).snapshot().table().name())
                    .isEqualTo("ipipou");
        } catch (BackendException rejected) {
            assertThat(rejected.getMessage()).isNotBlank();
        }
    }
}
