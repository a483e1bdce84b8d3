package io.ipipou.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogsTest {

    private final PrintStream error = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    @BeforeEach
    void divert() {
        System.setErr(new PrintStream(written, true, StandardCharsets.US_ASCII));
        Logs.configure(Map.of());
    }

    @AfterEach
    void restore() {
        System.setErr(error);
        Logs.configure(Map.of());
    }

    private String written() {
        String text = written.toString(StandardCharsets.UTF_8);
        written.reset();
        return text;
    }

    @Test
    void logsAreUtf8OnStandardErrorInAnyLocale() {
        Logger log = LoggerFactory.getLogger("io.ipipou.test");
        log.warn("{} → {}", "a", 1);
        assertThat(written()).isEqualTo("ipipou: warning: a → 1\n");
        log.atError().addKeyValue("tunnel", "ipipou0").log("{}: gone", "ipipou0");
        assertThat(written()).isEqualTo("ipipou: error: ipipou0: gone\n");
        Logs.useJson();
        log.atError().addKeyValue("tunnel", "ipipou0").log("{}: gone", "ipipou0");
        assertThat(written())
                .endsWith(",\"level\":\"error\",\"tunnel\":\"ipipou0\",\"message\":\"ipipou0: gone\"}\n")
                .startsWith("{\"time\":\"");
    }

    @Test
    void exceptionsAreLoggedWithoutTheirStack() {
        LoggerFactory.getLogger("io.ipipou.test").error("failed", new IOException("disk full"));
        assertThat(written()).isEqualTo("ipipou: error: failed: java.io.IOException: disk full\n");
    }

    @Test
    void theLevelComesFromTheEnvironment() {
        Logger log = LoggerFactory.getLogger("io.ipipou.test");
        log.debug("no");
        assertThat(Logs.configure(Map.of("IPIPOU_LOG", "debug"))).isEmpty();
        log.debug("yes");
        assertThat(written()).isEqualTo("ipipou: debug: yes\n");
        assertThat(Logs.configure(Map.of("IPIPOU_LOG", "error"))).isEmpty();
        log.warn("no");
        assertThat(written()).isEmpty();
        assertThat(Logs.configure(Map.of("IPIPOU_LOG", "loud"))).hasValueSatisfying(problem -> assertThat(problem)
                .contains("unknown IPIPOU_LOG=loud", "error, warn, info or debug"));
    }

    @Test
    void librariesOnlyWarnBecauseTheirLogsCanHoldSecrets() {
        Logs.configure(Map.of("IPIPOU_LOG", "debug"));
        Logger library = LoggerFactory.getLogger("com.networknt.schema");
        library.debug("the document is {}", "hunter2");
        library.info("the document is {}", "hunter2");
        assertThat(written()).isEmpty();
        library.warn("something");
        assertThat(written()).isEqualTo("ipipou: warning: something\n");
    }

    @Test
    void theJournalIsRecognizedByDeviceAndInode() throws IOException {
        Path stream = Files.writeString(directory.resolve("stream"), "");
        Path link = Files.createSymbolicLink(directory.resolve("2"), stream);
        String identity = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(JournalStream.isAt(link, Map.of("JOURNAL_STREAM", identity))).isTrue();
        assertThat(JournalStream.isAt(link, Map.of("JOURNAL_STREAM", "8:1" + identity)))
                .isFalse();
        assertThat(JournalStream.isAt(link, Map.of())).isFalse();
        assertThat(JournalStream.isAt(directory.resolve("3"), Map.of("JOURNAL_STREAM", identity)))
                .isFalse();
    }
}
