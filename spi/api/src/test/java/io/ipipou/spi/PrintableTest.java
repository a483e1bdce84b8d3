package io.ipipou.spi;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void aLineHasNoLineEndsAndNothingThatSteersATerminal() {
        assertThat(Printable.line(" remote:\r\n  \u001b[2J\u0007no\tsuch\u0085 ref "))
                .isEqualTo("remote: \\u001B[2J\\u0007no such\\u0085 ref");
        assertThat(Printable.line("\u202Egpj.exe\u2028\u00A0\uFEFF")).isEqualTo("\\u202Egpj.exe\\u2028\\u00A0\\uFEFF");
    }

    @Test
    void escapesKeepEachCharacterAndTheSpace() {
        assertThat(Printable.escape(" a\nb\ud83d\ude00\udc00", 10)).isEqualTo(" a\\u000Ab\ud83d\ude00\\uDC00");
    }

    @Test
    void cutsLongText() {
        assertThat(Printable.line("y".repeat(300))).hasSize(300);
        assertThat(Printable.line("y".repeat(301))).hasSize(303).endsWith("y...");
        assertThat(Printable.escape("\u0000".repeat(5), 2)).isEqualTo("\\u0000\\u0000...");
    }

    @Property
    void anyTextIsPrintable(@ForAll String text) {
        assertThat(Printable.line(text).codePoints())
                .allMatch(c -> c == ' ' || (!Character.isISOControl(c) && !Character.isSpaceChar(c)))
                .noneMatch(
                        c -> Character.getType(c) == Character.FORMAT || Character.getType(c) == Character.SURROGATE);
    }
}
