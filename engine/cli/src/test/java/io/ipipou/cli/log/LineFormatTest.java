package io.ipipou.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

class LineFormatTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final LineFormat JOURNAL = new LineFormat(false, true);
    private static final LineFormat JSON = new LineFormat(true, false);

    private static Map<String, Object> moved() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", "peer.moved");
        fields.put("tunnel", "ipipou0");
        fields.put("count", 3);
        fields.put("sure", true);
        fields.put("resources", List.of("route.10.0.0.0/8", "tunnel.\"a\""));
        return fields;
    }

    @ParameterizedTest
    @CsvSource({"ERROR,<3>", "WARN,<4>", "INFO,<6>", "DEBUG,<7>", "TRACE,<7>"})
    void journalLinesHaveThePriorityOfTheirLevel(Level level, String priority) {
        assertThat(JOURNAL.entry(TIME, level, moved(), "one\ntwo")).isEqualTo(priority + "one\n" + priority + "two\n");
    }

    @ParameterizedTest
    @CsvSource({"ERROR,'error: '", "WARN,'warning: '", "INFO,''", "DEBUG,'debug: '"})
    void plainLinesHaveTheLevelAsAWord(Level level, String word) {
        assertThat(LineFormat.PLAIN.entry(TIME, level, moved(), "one\ntwo"))
                .isEqualTo("ipipou: " + word + "one\nipipou: two\n");
    }

    @Test
    void jsonIsOneObjectPerLine() {
        String line = JSON.entry(TIME, Level.INFO, moved(), "one\ntwo \"quoted\" \u001b[31m");
        assertThat(line).isEqualTo("""
                {"time":"2026-01-02T03:04:05.678901Z","level":"info","event":"peer.moved","tunnel":"ipipou0","count":3,\
                "sure":true,"resources":["route.10.0.0.0/8","tunnel.\\"a\\""],\
                "message":"one\\ntwo \\"quoted\\" \\u001B[31m"}
                """);
        assertThat(new LineFormat(true, true).entry(TIME, Level.INFO, moved(), "x"))
                .startsWith("<6>{\"time\":");
    }

    @Property
    void anyMessageIsOneLineOfJson(@ForAll String text) throws IOException {
        String line = JSON.entry(TIME, Level.WARN, Map.of("reason", text), text);
        assertThat(line.strip().lines()).hasSize(1);
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.path("message").asText()).isEqualTo(text);
        assertThat(read.path("reason").asText()).isEqualTo(text);
    }

    @Test
    void aMessageSaysWhetherItIsAWarningOrANote() {
        assertThat(JOURNAL.message(TIME, Level.ERROR, "broken\nbadly")).isEqualTo("<3>broken\n<3>badly\n");
        assertThat(JOURNAL.message(TIME, Level.WARN, "x")).isEqualTo("<4>warning: x\n");
        assertThat(JOURNAL.message(TIME, Level.INFO, "x")).isEqualTo("<6>note: x\n");
        assertThat(LineFormat.PLAIN.message(TIME, Level.ERROR, "broken\nbadly"))
                .isEqualTo("ipipou: broken\nipipou: badly\n");
        assertThat(LineFormat.PLAIN.message(TIME, Level.INFO, "x")).isEqualTo("ipipou: note: x\n");
        assertThat(JSON.message(TIME, Level.ERROR, "broken"))
                .isEqualTo("{\"time\":\"2026-01-02T03:04:05.678901Z\",\"level\":\"error\",\"message\":\"broken\"}\n");
    }
}
