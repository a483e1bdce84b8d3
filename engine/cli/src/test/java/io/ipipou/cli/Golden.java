package io.ipipou.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reviewed output in {@code src/test/resources/golden}; {@code -Dipipou.golden=write} replaces it by the actual one. */
public final class Golden {

    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    private Golden() {}

    public static void assertMatches(String name, String actual) throws IOException {
        Path file = DIRECTORY.resolve(name);
        if ("write".equals(System.getProperty("ipipou.golden"))) {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, actual);
        }
        assertThat(actual).as(name).isEqualTo(Files.readString(file));
    }
}
