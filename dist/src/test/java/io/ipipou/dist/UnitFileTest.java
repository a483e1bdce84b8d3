package io.ipipou.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The units, checked by systemd-analyze; systemd need not run. */
class UnitFileTest {

    private static final Path UNITS = Path.of("src/main/systemd");

    @TempDir
    Path directory;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** All together: a timer without its service is an error. */
    @Test
    void systemdFindsNoErrors() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        try (var units = Files.list(UNITS)) {
            for (Path unit : units.sorted().toList()) {
                // The program is not installed here.
                String text = Files.readString(unit).replace("/usr/bin/ipipou ", "/bin/true ");
                command.add(Files.writeString(directory.resolve(unit.getFileName()), text)
                        .toString());
            }
        }
        assertThat(command).hasSize(3 + 3);
        assertThat(run(command.toArray(String[]::new))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipipou-agent.service", "ipipou-pull.service"})
    void theExposureLevelIsLow(String unit) throws IOException, InterruptedException {
        String output = run(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--no-pager",
                UNITS.resolve(unit).toString());
        Matcher level = Pattern.compile("exposure level for [^:]+: ([0-9.]+)").matcher(output);
        assertThat(level.find()).as(output).isTrue();
        assertThat(Double.parseDouble(level.group(1))).isLessThanOrEqualTo(3.0);
    }
}
