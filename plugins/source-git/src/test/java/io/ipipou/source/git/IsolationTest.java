package io.ipipou.source.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void isolate() {
        Isolation.ensure();
    }

    @Test
    void measuresAndWritesNothing() throws Exception {
        FS.FileStoreAttributes attributes = FS.getFileStoreAttributes(directory);
        assertThat(attributes.getFsTimestampResolution()).isEqualTo(Isolation.TIMESTAMPS);
        assertThat(attributes.getMinimalRacyInterval()).isEqualTo(Isolation.TIMESTAMPS);
        try (Stream<Path> written = Files.list(directory)) {
            assertThat(written).isEmpty();
        }
    }

    @Test
    void readsNoConfigurationAndNoEnvironment() throws Exception {
        SystemReader reader = SystemReader.getInstance();
        assertThat(reader.getUserConfig().toText()).isEmpty();
        assertThat(reader.getSystemConfig().toText()).isEmpty();
        assertThat(reader.getJGitConfig().toText()).isEmpty();
        assertThat(System.getenv("PATH")).isNotEmpty();
        assertThat(reader.getenv("PATH")).isNull();
    }
}
