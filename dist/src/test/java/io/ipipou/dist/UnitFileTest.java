package io.ipipou.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd itself thinks of the agent's unit; needs systemd's programs, not a systemd that runs. */
class UnitFileTest {

    private static final Path UNIT = Path.of("src/main/systemd/ipipou-agent.service");

    @TempDir
    Path directory;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void systemdFindsNothingWrongWithIt() throws IOException, InterruptedException {
        String unit = Files.readString(UNIT);
        assertThat(unit).contains("/usr/bin/ipipou ");
        // Only the program is not where it will be.
        Path copy = Files.writeString(
                directory.resolve("ipipou-agent.service"), unit.replace("/usr/bin/ipipou ", "/bin/true "));
        assertThat(run("systemd-analyze", "verify", copy.toString())).isEmpty();
    }

    @Test
    void itIsExposedLittle() throws IOException, InterruptedException {
        String said = run("systemd-analyze", "security", "--offline=true", "--no-pager", UNIT.toString());
        Matcher level = Pattern.compile("exposure level for [^:]+: ([0-9.]+)").matcher(said);
        assertThat(level.find()).as(said).isTrue();
        assertThat(Double.parseDouble(level.group(1))).isLessThanOrEqualTo(3.0);
    }
}
