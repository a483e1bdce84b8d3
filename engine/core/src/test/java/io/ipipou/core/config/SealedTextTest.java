package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key and a sealed secret, in src/test/resources/golden, that commit 6dc3bdc wrote. */
class SealedTextTest {

    @TempDir
    private Path directory;

    private static String golden(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(SealedTextTest.class.getResourceAsStream("/golden/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aKeyIsReadAndWrittenAndATextOpenedAsBefore() throws Exception {
        String key = golden("seal.key");
        SealKey read = SealKey.read(Files.writeString(directory.resolve("seal.key"), key));
        assertThat(new String(read.open(golden("sealed"), "auth.laptop.token"), StandardCharsets.UTF_8))
                .isEqualTo("Labrador");
        read.write(directory.resolve("written"));
        assertThat(directory.resolve("written")).hasContent(key);
    }
}
