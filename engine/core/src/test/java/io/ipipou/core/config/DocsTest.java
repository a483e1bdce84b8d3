package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each YAML block of docs/file.md is read; a text block after one has exactly the messages it is refused with. */
class DocsTest {

    private static final Pattern BLOCK = Pattern.compile("```(yaml|text)\\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyBlockOfTheReferenceDoesWhatItSays(@TempDir Path directory) throws Exception {
        List<String> secrets = List.of("laptop.secret", "hub.secret", "hub.key");
        for (String name : secrets) {
            Path file = Files.writeString(directory.resolve(name), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        List<MatchResult> blocks = BLOCK.matcher(Files.readString(Path.of("../../docs/file.md")))
                .results()
                .toList();
        List<List<String>> said = new ArrayList<>();

        for (MatchResult block : blocks) {
            if (block.group(1).equals("yaml")) {
                said.add(messages(block.group(2), directory));
            } else {
                assertThat(said.remove(said.size() - 1))
                        .isEqualTo(Arrays.asList(block.group(2).split("\n")));
            }
        }

        assertThat(blocks).hasSize(5);
        assertThat(said).hasSize(3).allSatisfy(messages -> assertThat(messages).isEmpty());
    }

    private static List<String> messages(String yaml, Path directory) {
        ConfigReader reader = new ConfigReader(
                BuiltIns.PLUGINS,
                name -> Optional.ofNullable(Map.of("CAMERA_TOKEN", "s3cret").get(name)));
        try {
            Source source = new Source("tunnels.yaml", yaml.getBytes(StandardCharsets.UTF_8), directory);
            return reader.read(source).warnings().stream()
                    .map(Problem::toString)
                    .toList();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
