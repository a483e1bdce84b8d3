package io.ipipou.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Allowed dependencies: cli -> agent -> core -> spi <- plugins. */
class ArchitectureTest {

    private static final String SPI = "io.ipipou.spi..";
    private static final String CORE = "io.ipipou.core..";
    private static final String AGENT = "io.ipipou.agent..";
    private static final String CLI = "io.ipipou.cli..";
    private static final List<String> PLUGINS = List.of(
            "io.ipipou.auth.address..",
            "io.ipipou.auth.ed25519..",
            "io.ipipou.auth.token..",
            "io.ipipou.backend.iproute2..",
            "io.ipipou.backend.netlink..",
            "io.ipipou.source.git..");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ipipou");

    @Test
    void everyPluginIsChecked() {
        PLUGINS.forEach(plugin -> assertThat(CLASSES.stream()).as(plugin).anyMatch(type -> type.getPackageName()
                .startsWith(plugin.replace("..", ""))));
    }

    @Test
    void theSpiDependsOnlyOnJava() {
        classes()
                .that()
                .resideInAPackage(SPI)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(SPI, "java..")
                .check(CLASSES);
    }

    @Test
    void theEngineDependsOnNeitherCommandLineNorPlugins() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(AGENT, CLI)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(AGENT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLI)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(CORE, AGENT, CLI)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ipipou.auth..", "io.ipipou.backend..", "io.ipipou.source..")
                .check(CLASSES);
    }

    @Test
    void pluginsDependOnlyOnTheSpi() {
        for (String plugin : PLUGINS) {
            noClasses()
                    .that()
                    .resideInAPackage(plugin)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CORE, AGENT, CLI)
                    .check(CLASSES);
            PLUGINS.stream().filter(other -> !other.equals(plugin)).forEach(other -> noClasses()
                    .that()
                    .resideInAPackage(plugin)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(other)
                    .check(CLASSES));
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.ipipou.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** ProgressBackend is a backend: it passes on what convergence writes. */
    @Test
    void onlyConvergenceWritesToTheKernel() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE, AGENT, CLI)
                .and()
                .doNotHaveFullyQualifiedName("io.ipipou.core.apply.Convergence")
                .and()
                .doNotHaveFullyQualifiedName("io.ipipou.cli.host.ProgressBackend")
                .should()
                .callMethod(io.ipipou.spi.backend.Backend.class, "execute", List.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheIproute2BackendTheGuardAndTheProbesLaunchProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.ipipou.backend.iproute2..")
                .and()
                .doNotHaveFullyQualifiedName("io.ipipou.cli.guard.DetachedGuard")
                .and()
                .doNotHaveFullyQualifiedName("io.ipipou.cli.guard.Probe")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CLASSES);
    }

    /** Setting the clock must not change when an apply is rolled back. */
    @Test
    void applyUsesNoWallClock() {
        noClasses()
                .that()
                .resideInAPackage("io.ipipou.core.apply..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class)
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(CLASSES);
    }
}
