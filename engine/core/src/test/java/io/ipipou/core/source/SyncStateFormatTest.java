package io.ipipou.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.json.StoredTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of a followed repository, in src/test/resources/golden, as commit 6dc3bdc wrote it. */
class SyncStateFormatTest {

    @TempDir
    private Path directory;

    private SyncStateFiles files() throws IOException {
        SyncStateFiles files = new SyncStateFiles(directory);
        files.prepare();
        return files;
    }

    private String golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/golden/" + name))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(files().directory().resolve(name), text);
            return text;
        }
    }

    private Path file(String name) throws IOException {
        return files().directory().resolve(name);
    }

    @Test
    void theRevisionInForceIsReadAndWrittenAsBefore() throws Exception {
        String text = golden("good.json");
        LastGoodRevision good = files().lastGood().orElseThrow();
        assertThat(good.name()).isEqualTo("hosts/hub.yaml@4f1c2ab");
        assertThat(good.secretsDirectory()).contains("/etc/ipipou/secrets");
        files().write(good);
        assertThat(file("good.json")).hasContent(text);
    }

    @Test
    void theOtherEventsAreReadAndWrittenAsBefore() throws Exception {
        String text = golden("events.json");
        SyncStatus.Events events = files().events().orElseThrow();
        assertThat(events.rejected().orElseThrow().rejection().kind()).isEqualTo(Rejection.Kind.POLICY);
        assertThat(events.outage().orElseThrow().message()).isEqualTo("git.example.net: connection refused");
        files().write(events);
        assertThat(file("events.json")).hasContent(text);
    }

    @Test
    void everyStoredRecordHasNames() {
        StoredTypes.assertNamed(
                SyncStateFiles.JSON, LastGoodRevision.class, SyncStatus.Events.class, UnconfirmedRevision.class);
    }
}
