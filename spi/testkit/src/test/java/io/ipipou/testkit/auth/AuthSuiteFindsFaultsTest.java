package io.ipipou.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.config.Secret;
import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A correct scheme passes the suite, and each fault fails the case that must find it. */
class AuthSuiteFindsFaultsTest {

    // Static because the launcher creates the instances of the suite. These tests run one at a time.
    private static Set<Fault> faults = Set.of();

    static final class Sample extends AuthSchemeConformance {

        @Override
        protected AuthProvider provider() {
            return new SampleProvider(faults);
        }

        @Override
        protected AuthSides peer() {
            return sides("the first key");
        }

        @Override
        protected AuthSides otherPeer() {
            return sides("the other key");
        }

        private static AuthSides sides(String key) {
            Settings settings = new Settings(Map.of("key", Secret.of(key)));
            return new AuthSides(settings, settings, new Endpoint(Ipv4.of("198.51.100.7"), 40000));
        }
    }

    @Test
    void aCorrectSchemePasses() {
        Run run = run(Set.of(), selectClass(Sample.class));
        assertThat(run.failed).isEmpty();
        assertThat(run.cases).isGreaterThan(15);
    }

    @ParameterizedTest
    @EnumSource
    void aFaultFailsItsCase(Fault fault) {
        assertThat(run(Set.of(fault), selectMethod(Sample.class, fault.caughtBy)).failed)
                .containsExactly(fault.caughtBy);
    }

    private static Run run(Set<Fault> present, DiscoverySelector selector) {
        faults = present;
        Run run = new Run();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selector).build();
        LauncherFactory.create().execute(request, run);
        return run;
    }

    private static final class Run implements TestExecutionListener {

        private final Set<String> failed = new TreeSet<>();
        private int cases;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            cases += test.isTest() ? 1 : 0;
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                failed.add(test.getDisplayName().replace("()", ""));
            }
        }
    }
}
