package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.launcher.EngineFilter.includeEngines;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/**
 * Runs the kernel tests in a guest. Guests with the same results directory divide the tests among themselves: each takes the next
 * class that no other guest has taken.
 */
final class KernelTestRunner {

    private static final String TIMEOUT = "600 s";

    private final Path results;
    private final Launcher launcher = LauncherFactory.create();
    private final TestLog log = new TestLog(System.out);

    private KernelTestRunner(Path results) {
        this.results = results;
    }

    /** @param arguments the results directory, a tag or an empty text for all tests, and CLASS or CLASS#METHOD, any number of them */
    public static void main(String[] arguments) throws IOException {
        KernelTestRunner runner = new KernelTestRunner(Path.of(arguments[0]));
        runner.run(arguments[1], List.of(arguments).subList(2, arguments.length));
        System.exit(runner.log.hasFailures() ? 1 : 0);
    }

    private void run(String tag, List<String> selected) throws IOException {
        LauncherDiscoveryRequestBuilder request = request()
                .selectors(selected.isEmpty() ? List.of(everything()) : classes(selected))
                .filters(includeClassNamePatterns(".*KernelTest"), methods(selected));
        if (!tag.isEmpty()) {
            request.filters(includeTags(tag));
        }
        TestPlan plan = launcher.discover(request.build());
        for (TestIdentifier test : testClasses(plan)) {
            if (isTaken(test.getDisplayName())) {
                launcher.execute(
                        request()
                                .selectors(plan.getChildren(test).stream()
                                        .map(method -> DiscoverySelectors.selectUniqueId(method.getUniqueIdObject()))
                                        .toList())
                                .build(),
                        log,
                        new LegacyXmlReportGeneratingListener(
                                results.resolve("junit").resolve(test.getDisplayName()),
                                new PrintWriter(System.err, true, UTF_8)));
            }
        }
    }

    private static LauncherDiscoveryRequestBuilder request() {
        return LauncherDiscoveryRequestBuilder.request()
                .filters(includeEngines("junit-jupiter"))
                .configurationParameter("junit.jupiter.execution.timeout.default", TIMEOUT);
    }

    private static DiscoverySelector everything() {
        return DiscoverySelectors.selectPackage(KernelTestRunner.class.getPackageName());
    }

    private static List<DiscoverySelector> classes(List<String> selected) {
        return selected.stream()
                .map(name -> KernelTestRunner.class.getPackageName() + "." + name.split("#")[0])
                .distinct()
                .map(name -> (DiscoverySelector) DiscoverySelectors.selectClass(name))
                .toList();
    }

    /** By name, since a parameterized method cannot be selected without the types of its parameters. */
    private static PostDiscoveryFilter methods(List<String> selected) {
        Set<String> names = Set.copyOf(selected);
        return test -> FilterResult.includedIf(names.isEmpty()
                || !(test.getSource().orElse(null) instanceof MethodSource method)
                || names.contains(method.getJavaClass().getSimpleName())
                || names.contains(method.getJavaClass().getSimpleName() + "#" + method.getMethodName()));
    }

    /** Those with the most methods first, so that no guest is left with a long one when the others are done. */
    private static List<TestIdentifier> testClasses(TestPlan plan) {
        List<TestIdentifier> classes = new ArrayList<>();
        plan.getRoots().forEach(engine -> classes.addAll(plan.getChildren(engine)));
        classes.sort(Comparator.comparing(
                        (TestIdentifier test) -> -plan.getChildren(test).size())
                .thenComparing(TestIdentifier::getDisplayName));
        return classes;
    }

    /** Whether this guest is the one that runs the class. */
    private boolean isTaken(String name) throws IOException {
        try {
            Files.createDirectory(
                    Files.createDirectories(results.resolve("taken")).resolve(name));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }
}
