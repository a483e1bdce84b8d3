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

/** Who may see whom: cli -> agent -> core -> spi <- plugins. */
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

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ipipou");

    @Test
    void thereIsSomethingToCheck() {
        PLUGINS.forEach(plugin -> assertThat(OURS.stream()).as(plugin).anyMatch(type -> type.getPackageName()
                .startsWith(plugin.replace("..", ""))));
    }

    @Test
    void theSpiSeesOnlyJava() {
        classes()
                .that()
                .resideInAPackage(SPI)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(SPI, "java..")
                .check(OURS);
    }

    @Test
    void theEngineSeesNoCommandLineAndNoPlugin() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(AGENT, CLI)
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(AGENT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLI)
                .check(OURS);
        noClasses()
                .that()
                .resideInAnyPackage(CORE, AGENT, CLI)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ipipou.auth..", "io.ipipou.backend..", "io.ipipou.source..")
                .check(OURS);
    }

    @Test
    void aPluginSeesTheSpiAlone() {
        for (String plugin : PLUGINS) {
            noClasses()
                    .that()
                    .resideInAPackage(plugin)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CORE, AGENT, CLI)
                    .check(OURS);
            PLUGINS.stream().filter(other -> !other.equals(plugin)).forEach(other -> noClasses()
                    .that()
                    .resideInAPackage(plugin)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(other)
                    .check(OURS));
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.ipipou.(**)").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void onlyConvergenceWritesToTheKernel() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE, AGENT, CLI)
                .and()
                .doNotHaveFullyQualifiedName("io.ipipou.core.apply.Convergence")
                .should()
                .callMethod(io.ipipou.spi.backend.Backend.class, "execute", List.class)
                .check(OURS);
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
                .check(OURS);
    }

    /** A confirmation that is due in two minutes is due then, whatever the clock is set to meanwhile. */
    @Test
    void anApplyReadsNoClockThatCanBeSet() {
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
                .check(OURS);
    }
}
