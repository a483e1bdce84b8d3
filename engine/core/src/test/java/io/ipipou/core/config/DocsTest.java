package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each YAML block of docs/file.md is read; a text block after one has exactly the messages that it is rejected with. The
 * tables are those of the code.
 */
class DocsTest {

    private static final Path REFERENCE = Path.of("../../docs/file.md");
    private static final Pattern BLOCK = Pattern.compile("```(yaml|text)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("<!-- table: ([a-z]+) -->\\n.*?<!-- end -->", Pattern.DOTALL);

    @Test
    void everyTableIsMadeFromTheFields() throws Exception {
        String text = Files.readString(REFERENCE);
        Map<String, String> tables = ReferenceTables.all();
        List<String> places = new ArrayList<>();

        String made = TABLE.matcher(text).replaceAll(place -> {
            places.add(place.group(1));
            String table = tables.get(place.group(1));
            return Matcher.quoteReplacement("<!-- table: " + place.group(1) + " -->\n\n" + table + "\n<!-- end -->");
        });

        assertThat(places).containsExactlyInAnyOrderElementsOf(tables.keySet());
        Generated.check(REFERENCE, made);
    }

    @Test
    void everyBlockDoesWhatItSays(@TempDir Path directory) throws Exception {
        for (String name : List.of("laptop.secret", "hub.secret", "hub.key")) {
            Path file = Files.writeString(directory.resolve(name), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        String text = Files.readString(REFERENCE);
        List<String> valid = new ArrayList<>();
        String messages = "";

        for (MatchResult block : BLOCK.matcher(text).results().toList()) {
            if (block.group(1).equals("yaml")) {
                valid.add(messages);
                messages = messages(block.group(2), directory);
            } else {
                String expected = "```text\n" + messages + "```";
                Generated.check(REFERENCE, text.replace(block.group(), expected));
                messages = "";
            }
        }
        valid.add(messages);

        assertThat(valid).hasSize(7).allSatisfy(none -> assertThat(none).isEmpty());
    }

    private static String messages(String yaml, Path directory) {
        ConfigReader reader = new ConfigReader(
                BuiltIns.PLUGINS,
                name -> Optional.ofNullable(Map.of("CAMERA_TOKEN", "s3cret").get(name)));
        Source source = new Source("tunnels.yaml", yaml.getBytes(StandardCharsets.UTF_8), directory);
        List<Problem> problems;
        try {
            problems = reader.read(source).warnings();
        } catch (ConfigException e) {
            problems = e.problems();
        }
        StringBuilder lines = new StringBuilder();
        problems.forEach(problem -> lines.append(problem).append('\n'));
        return lines.toString();
    }
}
