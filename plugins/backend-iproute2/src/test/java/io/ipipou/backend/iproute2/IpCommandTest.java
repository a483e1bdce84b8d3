package io.ipipou.backend.iproute2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the program is found, started, fed and ended. */
final class IpCommandTest {

    private final Path directory;
    private final FakeTool fake;

    IpCommandTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.fake = new FakeTool(directory);
    }

    @Test
    void theProviderIsFoundByServiceLoader() {
        assertThat(ServiceLoader.load(BackendProvider.class))
                .singleElement()
                .satisfies(provider -> assertThat(provider.id()).isEqualTo("iproute2"));
    }

    @Test
    void theFirstProgramOnThePathIsUsed() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        assertThat(IpCommand.find("relative:" + other + ":" + directory + ":/usr/sbin"))
                .isEqualTo(fake.command());
    }

    @Test
    void aMissingCommandIsReportedWithItsPackage() {
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> IpCommand.requireInstalled(Programs.findIn(List.of("/nonexistent", ""), "ip")))
                .withMessageContaining("install the package iproute2");
    }

    @Test
    void aFileThatCannotBeExecutedIsAnError() throws Exception {
        fake.script("not a program");
        try (Backend backend = fake.backend()) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(backend::observe)
                    .withMessageContaining(fake.command().toString());
        }
    }

    @Test
    void theEnvironmentIsEmptyAndThereIsNoShell() throws Exception {
        fake.script("""
            #!/bin/bash
            tr '\\0' '\\n' </proc/$$/environ
            printf '%s|' "$0" "$@"
            cat
            """);
        try (Programs programs = new Programs(Duration.ofSeconds(60))) {
            IpCommand ip = new IpCommand(programs, fake.command());
            assertThat(ip.run(List.of("-x", "a b;$(c)"), List.of("line")).out())
                    .isEqualTo("LC_ALL=C\n" + fake.command() + "|-x|a b;$(c)|-batch|-|line\n");
        }
    }

    @Test
    void largeInputOutputAndErrorsDoNotBlockEachOther() throws Exception {
        fake.script("""
            #!/bin/bash
            head -c 1000000 /dev/zero | tr '\\0' e >&2
            head -c 1000000 /dev/zero | tr '\\0' o
            cat
            """);
        List<String> lines =
                IntStream.range(0, 100_000).mapToObj(i -> "line " + i).toList();
        try (Programs programs = new Programs(Duration.ofSeconds(60))) {
            IpCommand ip = new IpCommand(programs, fake.command());
            Programs.Result result = ip.run(List.of(), lines);

            assertThat(result.exit()).isZero();
            assertThat(result.err()).hasSize(1_000_000);
            assertThat(result.out()).hasSizeGreaterThan(2_000_000).endsWith("line 99999\n");
        }
    }

    @Test
    void aProgramThatStopsReadingMustFail() throws Exception {
        List<String> lines =
                IntStream.range(0, 100_000).mapToObj(i -> "line " + i).toList();
        try (Programs programs = new Programs(Duration.ofSeconds(60))) {
            IpCommand ip = new IpCommand(programs, fake.command());
            fake.script("#!/bin/bash\necho why >&2\nexit 3\n");
            assertThat(ip.run(List.of(), lines)).isEqualTo(new Programs.Result(3, "", "why\n"));

            fake.script("#!/bin/bash\nexit 0\n");
            assertThatExceptionOfType(BackendException.class).isThrownBy(() -> ip.run(List.of(), lines));
        }
    }

    /** The child process of the script holds the pipes open too. */
    @Test
    void aHangingProgramIsKilledWithItsChildProcesses() throws Exception {
        fake.script("""
            #!/bin/bash
            sleep 1000 &
            echo $! >"${0%/*}/child"
            wait
            """);
        try (Iproute2Backend backend = new Iproute2Backend(
                fake.command(), Optional.empty(), "ipipou", Duration.ofSeconds(1), () -> true, true)) {
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(backend::observe)
                    .withMessageContaining("did not end within 1 s");
        }
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        ProcessHandle.of(child).ifPresent(process -> process.onExit().join());
        assertThat(ProcessHandle.of(child)).isEmpty();
    }
}
