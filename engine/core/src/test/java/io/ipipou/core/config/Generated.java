package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository that are made from the code: a test holds that they match it, or makes them. */
final class Generated {

    private static final boolean REGENERATE = "write".equals(System.getProperty("ipipou.golden"));

    private Generated() {}

    /** Holds that the file has this content; with the system property, gives it that content. */
    static void check(Path file, String content) throws IOException {
        if (REGENERATE) {
            Files.writeString(file, content);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as(
                        "%s does not match the code. If the change is right, regenerate it and read the difference: "
                                + "mvn -q -pl engine/core -am -Dquick -Dsurefire.failIfNoSpecifiedTests=false "
                                + "-Dtest='io/ipipou/core/config/**' -Dipipou.golden=write test",
                        file)
                .isEqualTo(content);
    }
}
