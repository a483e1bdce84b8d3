package io.ipipou.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents of {@code schema/}: valid ones are read, each invalid one is rejected with exactly what its .txt has. */
class DocumentsTest {

    private static final Path DOCUMENTS = Path.of("../../schema");

    private static final ConfigReader READER = new ConfigReader(
            BuiltIns.PLUGINS,
            name -> Optional.ofNullable(Map.of("CAMERA_TOKEN", "s3cret").get(name)));

    static Stream<Path> valid() throws IOException {
        return documents("valid");
    }

    static Stream<Path> invalid() throws IOException {
        return documents("invalid");
    }

    static Stream<Path> all() throws IOException {
        return Stream.concat(valid(), invalid());
    }

    private static Stream<Path> documents(String folder) throws IOException {
        try (Stream<Path> files = Files.list(DOCUMENTS.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource
    void valid(Path file, @TempDir Path directory) throws Exception {
        copySecrets(directory.resolve("secrets"));

        LoadedConfig loaded = READER.read(source(file, directory));

        String warnings = lines(loaded.warnings());
        if (warnings.isEmpty()) {
            assertThat(messages(file)).doesNotExist();
        } else {
            Generated.check(messages(file), warnings);
        }
    }

    @ParameterizedTest
    @MethodSource
    void invalid(Path file) throws Exception {
        Source source = source(file, Path.of(""));

        ConfigException rejection = catchThrowableOfType(ConfigException.class, () -> READER.read(source));

        assertThat(rejection).isNotNull();
        Generated.check(messages(file), lines(rejection.problems()));
        assertThat(rejection.problems()).isSorted();
        assertThat(rejection.getMessage()).doesNotContain("hunter2");
    }

    /** An editor knows the schema alone. */
    @ParameterizedTest
    @MethodSource("all")
    void theSchemaSaysTheSame(Path file, @TempDir Path directory) throws Exception {
        copySecrets(directory.resolve("secrets"));

        SchemaAgreement.check(READER, source(file, directory));
    }

    @Test
    void everyExpectationHasADocument() throws IOException {
        assertThat(invalid()).hasSizeGreaterThan(40);
        try (Stream<Path> files = Files.list(DOCUMENTS.resolve("invalid"))) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(Path.of(file.toString().replace(".txt", ".yaml")))
                            .exists());
        }
    }

    private static String lines(List<Problem> problems) {
        return problems.stream().map(problem -> problem + "\n").collect(Collectors.joining());
    }

    private static Path messages(Path file) {
        return Path.of(file.toString().replace(".yaml", ".txt"));
    }

    private static Source source(Path file, Path directory) throws IOException {
        return new Source(file.getFileName().toString(), Files.readAllBytes(file), directory);
    }

    /** Git keeps no permissions but the executable bit. */
    private static void copySecrets(Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(DOCUMENTS.resolve("valid/secrets"))) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(file.getFileName());
                Files.write(copy, Files.readAllBytes(file));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }
}
