package io.ipipou.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The package table of docs/architecture.md lists the packages that exist, each of them and no others. */
class ArchitecturePageTest {

    private static final Path PAGE = Path.of("../docs/architecture.md");
    private static final Pattern PACKAGES = Pattern.compile("`([a-z0-9]+(?:\\.[a-z0-9]+)*)`");
    private static final String BASE = "io.ipipou.";

    @Test
    void theTableListsEveryPackage() throws IOException {
        assertThat(inTable()).isEqualTo(existing());
    }

    private static Set<String> inTable() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[1])
                .flatMap(cell -> PACKAGES.matcher(cell).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> existing() {
        return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages(BASE.substring(0, BASE.length() - 1))
                        .stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(BASE))
                        .map(name -> name.substring(BASE.length()))
                        .collect(Collectors.toCollection(TreeSet::new));
    }
}
