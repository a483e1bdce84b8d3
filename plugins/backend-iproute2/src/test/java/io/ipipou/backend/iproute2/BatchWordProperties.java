package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** {@code ip} reads the words that were written, by the rules of its parser (getcmdline and makeargs of lib/utils.c). */
final class BatchWordProperties {

    private static final String WHITE_SPACE = " \t\r\n";

    @Property(tries = 300)
    void quotedWordsAreReadBackUnchanged(@ForAll("words") List<String> words) {
        List<String> possible = words.stream()
                .filter(word -> BatchWord.validate(word).isEmpty())
                .toList();
        String line = possible.stream().map(BatchWord::quote).collect(Collectors.joining(" "));

        assertThat(read(line + "\nnext line")).isEqualTo(possible);
    }

    /** So a line that was only partly written cannot do something else. */
    @Property(tries = 300)
    void aPartOfALineHasOnlyCompleteWordsOrIsRefused(@ForAll("words") List<String> words, @ForAll int seed) {
        List<String> possible = words.stream()
                .filter(word -> BatchWord.validate(word).isEmpty())
                .toList();
        String line = possible.stream().map(BatchWord::quote).collect(Collectors.joining(" "));
        String part = line.substring(0, Math.floorMod(seed, line.length() + 1));
        try {
            List<String> read = read(part);
            assertThat(read).isEqualTo(possible.subList(0, read.size()));
        } catch (IllegalStateException unterminated) {
            assertThat(part).isNotEqualTo(line);
        }
    }

    @Property(tries = 300)
    void aWordThatCannotBeExpressedIsRejected(@ForAll("word") String word) {
        boolean impossible = word.matches("(?s).*[#\n\0].*") || (word.contains("'") && word.contains("\""));
        assertThat(BatchWord.validate(word).isPresent()).isEqualTo(impossible);
        if (impossible) {
            assertThatIllegalArgumentException().isThrownBy(() -> BatchWord.quote(word));
        }
    }

    @Provide
    Arbitrary<List<String>> words() {
        return word().list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> word() {
        return Arbitraries.strings().withChars("ab'\"\\#$ \t\nü%0-").ofMaxLength(6);
    }

    /** The words of the first line. */
    private static List<String> read(String lines) {
        int end = lines.indexOf('\n');
        String line = end < 0 ? lines : lines.substring(0, end);
        line = line.indexOf('#') < 0 ? line : line.substring(0, line.indexOf('#'));
        if (line.endsWith("\\") && end >= 0) {
            throw new IllegalStateException("continued on the next line");
        }
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length() && WHITE_SPACE.indexOf(line.charAt(at)) >= 0) {
                at++;
            }
            if (at == line.length()) {
                return words;
            }
            char first = line.charAt(at);
            boolean quoted = first == '\'' || first == '"';
            int start = quoted ? at + 1 : at;
            int stop = start;
            while (stop < line.length()
                    && (quoted ? line.charAt(stop) != first : WHITE_SPACE.indexOf(line.charAt(stop)) < 0)) {
                stop++;
            }
            if (quoted && stop == line.length()) {
                throw new IllegalStateException("Unterminated quoted string");
            }
            words.add(line.substring(start, stop));
            at = Math.min(stop + 1, line.length());
        }
    }
}
