package io.ipipou.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.ipipou.testkit.FaultyBackend.Fault;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Each fault fails the case that must find it. {@link FakeKernelConformanceTest} shows that a correct backend passes. */
final class BackendSuiteFindsFaultsTest {

    // Static because the launcher creates the instances of the suite. These tests run one at a time.
    private static Optional<Fault> fault = Optional.empty();

    static final class Faulty extends BackendConformance {
        @Override
        protected KernelUnderTest kernel() {
            return new FakeKernelUnderTest(kernel -> new FaultyBackend(kernel, fault.orElseThrow()));
        }
    }

    /** A suite that lacks a case. */
    static final class Incomplete extends BackendConformance {
        @Override
        protected KernelUnderTest kernel() {
            return new FakeKernelUnderTest(FakeKernel::backend);
        }

        @Override
        public void createRoute() {}
    }

    @ParameterizedTest
    @EnumSource
    void aFaultFailsItsCase(Fault present) {
        fault = Optional.of(present);
        assertFails(Faulty.class, present.caughtBy);
    }

    @Test
    void aMissingCaseIsReported() {
        assertFails(Incomplete.class, "everyVerbOnEveryKindOfObjectHasACase");
    }

    private static void assertFails(Class<?> suite, String method) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(suite, method))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getTestsStartedCount()).isEqualTo(1);
        assertThat(summary.getFailures()).singleElement().satisfies(failure -> assertThat(failure.getException())
                .isInstanceOf(AssertionError.class));
    }
}
