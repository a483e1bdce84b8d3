package io.ipipou.agent.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.LoggingEvent;

class EventTest {

    private static final Path DOCUMENT = Path.of("../../docs/operations.md");

    private final RecordingLogger log = new RecordingLogger();

    @Test
    void anEventHasAnIdFieldsAndAText() {
        Event.PEER_MOVED.log(log, "ipipou0", "192.0.2.1:7", "192.0.2.2:7");
        LoggingEvent event = log.events().remove();
        assertThat(event.getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly("event=peer.moved", "tunnel=ipipou0", "endpoint=192.0.2.1:7", "before=192.0.2.2:7");
        assertThat(event.getArguments()).containsExactly("ipipou0", "192.0.2.1:7", "192.0.2.2:7");
        assertThat(event.getLevel()).isEqualTo(Event.PEER_MOVED.level());
    }

    @Test
    void aFieldThatDoesNotApplyIsOmitted() {
        Event.AUTH_REPLY_FAILED.log(log, Optional.empty(), "192.0.2.1:7", "it is late");
        assertThat(log.events().remove().getKeyValuePairs())
                .extracting(pair -> pair.key)
                .containsExactly("event", "endpoint", "reason");
    }

    @Test
    void aMissingFieldIsABug() {
        assertThatIllegalArgumentException().isThrownBy(() -> Event.PEER_MOVED.log(log, "ipipou0"));
    }

    @ParameterizedTest
    @EnumSource
    void fieldNamesAreUniqueAndTheTextUsesNoMoreFieldsThanThereAre(Event event) {
        assertThat(event.fields()).doesNotHaveDuplicates().doesNotContain("time", "level", "event", "message");
        event.log(log, Stream.generate(() -> "x").limit(event.fields().size()).toArray());
        String text = log.events().remove().getMessage();
        assertThat(Pattern.compile("\\{}").matcher(text).results().count())
                .isLessThanOrEqualTo(event.fields().size());
    }

    /** A row of the table: id, level, fields, meaning. */
    @Test
    void theDocumentationListsExactlyTheseEvents() throws IOException {
        List<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.matches("\\| `[a-z]+\\.[a-z_]+` \\|.*"))
                .map(line -> line.replaceFirst("(?:(\\| [^|]*\\|)([^|]*\\|)([^|]*\\|)).*", "$1$2$3"))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(Stream.of(Event.values())
                        .map(event -> "| `" + event + "` | "
                                + event.level().toString().toLowerCase(Locale.ROOT) + " | "
                                + String.join(", ", event.fields()) + " |")
                        .toList());
    }
}
