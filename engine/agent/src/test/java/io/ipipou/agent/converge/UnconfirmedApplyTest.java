package io.ipipou.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.PendingConfirmationException;
import io.ipipou.core.apply.ProcessId;
import io.ipipou.core.config.Config;
import io.ipipou.spi.state.ObservedState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply by the agent: it is journalled, rolled back, and must be confirmed, as without an agent. */
class UnconfirmedApplyTest {

    private static final Config OLD = TestConfigs.config(FakeHost.YAML);
    private static final Config NEW = TestConfigs.config(FakeHost.YAML.replace("10.0.0.0/16", "10.9.0.0/16"));
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private FakeHost host;
    private ObservedState before;

    @BeforeEach
    void start() throws Exception {
        host = new FakeHost(directory, Duration.ofSeconds(30));
        host.converger.apply();
        before = host.kernel.state();
        RecordedEvents.take();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static ApplyRequest confirmedWithin(Duration time, ProcessId guard) {
        return new ApplyRequest(
                plan -> {},
                true,
                Optional.of(new CommitConfirm(UUID.randomUUID().toString(), time, apply -> guard)));
    }

    private static ApplyRequest unconfirmed() throws IOException {
        return confirmedWithin(LONG, ProcessId.current());
    }

    private static ProcessId deadGuard() throws IOException {
        return new ProcessId(ProcessId.current().number(), ProcessId.current().started() - 1);
    }

    private Journal.Entry entry() throws IOException {
        return host.journal().unfinished().orElseThrow();
    }

    private Duration check() throws Exception {
        return new DriftRepairer(host.converger, host.kernel.backend(), true, System::nanoTime).check();
    }

    @Test
    void aRefusedWriteRollsBackTheWholeApplyAndThePreviousConfigurationStaysInForce() throws Exception {
        int refused = 0;
        while (true) {
            host.kernel.refuse(refused + 1, "ENOBUFS");
            ApplyReport report = host.converger.apply(NEW, new ApplyRequest(plan -> {}, true));
            if (report.converged()) {
                break;
            }
            refused++;
            assertThat(report.rollback().orElseThrow().complete()).isTrue();
            assertThat(host.kernel.state()).isEqualTo(before);
            assertThat(host.converger.config()).isNotSameAs(NEW);
            assertThat(host.journal().unfinished()).isEmpty();
        }
        assertThat(refused).isPositive();
        assertThat(host.converger.config()).isSameAs(NEW);
    }

    @Test
    void aRefusedCheckChangesNothing() {
        assertThatThrownBy(() -> host.converger.apply(
                        NEW,
                        new ApplyRequest(
                                plan -> {
                                    throw new NotAppliedException("not this plan");
                                },
                                false)))
                .isInstanceOf(NotAppliedException.class)
                .hasMessage("not this plan");
        assertThat(host.kernel.state()).isEqualTo(before);
        assertThat(host.converger.config()).isNotSameAs(NEW);
    }

    @Test
    void untilItIsConfirmedNothingIsRepairedOrApplied() throws Exception {
        host.converger.apply(NEW, unconfirmed());
        assertThat(host.converger.configState()).isEqualTo(ConfigState.UNCONFIRMED);
        assertThat(RecordedEvents.take()).contains("apply.unconfirmed");
        host.kernel.linkDelete(FakeHost.STATIC);
        int writes = host.kernel.writes();
        assertThat(check()).isEqualTo(DriftRepairer.UNCONFIRMED_INTERVAL);
        host.converger.apply();
        assertThatThrownBy(() -> host.converger.apply(OLD, new ApplyRequest(plan -> {}, false)))
                .isInstanceOf(PendingConfirmationException.class);
        assertThat(host.kernel.writes()).isEqualTo(writes);

        host.converger.decide(() -> confirm());
        assertThat(host.converger.configState()).isEqualTo(ConfigState.IN_FORCE);
        assertThat(host.converger.config()).isSameAs(NEW);
        assertThat(host.link(FakeHost.STATIC)).as("repaired").isPresent();
        assertThat(RecordedEvents.take()).contains("apply.confirmed");
    }

    private String confirm() {
        try {
            host.journal().confirm(entry().confirmation().orElseThrow());
            return "confirmed";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As the guard does without an agent. */
    private void rollBackElsewhere() throws Exception {
        new io.ipipou.core.apply.Reconciler(
                        OLD,
                        TestConfigs.schemes(java.time.Clock.systemUTC()),
                        host.kernel.backend(),
                        java.util.Map::of,
                        io.ipipou.core.desired.HostResolver.EndpointLookup.KERNEL)
                .rollback(host.journal());
    }

    @Test
    void afterARollbackThePreviousConfigurationIsInForceAgain() throws Exception {
        host.converger.apply(NEW, unconfirmed());
        rollBackElsewhere();
        check();
        assertThat(host.converger.configState()).isEqualTo(ConfigState.ROLLED_BACK);
        assertThat(host.kernel.state()).isEqualTo(before);
        assertThat(RecordedEvents.take()).contains("apply.rolled_back");
        host.kernel.linkDelete(FakeHost.STATIC);
        check();
        assertThat(host.link(FakeHost.STATIC)).as("repaired").isPresent();
        host.converger.apply(NEW, new ApplyRequest(plan -> {}, false));
        assertThat(host.converger.configState()).isEqualTo(ConfigState.IN_FORCE);
    }

    @Test
    void rollsBackByItselfOnceTheTimeIsOverAndTheGuardIsGone() throws Exception {
        host.converger.apply(NEW, confirmedWithin(Duration.ofMillis(1), ProcessId.current()));
        Thread.sleep(20);
        assertThat(check()).as("the guard does it").isEqualTo(DriftRepairer.UNCONFIRMED_INTERVAL);
        rollBackElsewhere();
        check();
        host.converger.apply(NEW, confirmedWithin(Duration.ofMillis(1), deadGuard()));
        Thread.sleep(20);
        check();
        assertThat(host.kernel.state()).isEqualTo(before);
        assertThat(host.converger.configState()).isEqualTo(ConfigState.ROLLED_BACK);
    }

    @Test
    void anAgentThatStartsMeanwhileWaitsToo() throws Exception {
        host.converger.apply(NEW, unconfirmed());
        ObservedState applied = host.kernel.state();
        host.before = Optional.of(OLD);
        host.restart();
        host.converger.apply();
        assertThat(host.kernel.state()).isEqualTo(applied);
        assertThat(host.converger.configState()).isEqualTo(ConfigState.UNCONFIRMED);
        assertThat(host.resolutions).as("peers can authenticate").isNotEmpty();
        rollBackElsewhere();
        check();
        assertThat(host.converger.config()).isSameAs(OLD);
        assertThat(host.converger.configState()).isEqualTo(ConfigState.ROLLED_BACK);
    }

    @Test
    void anAgentThatStartsDuringTheRollbackIsAtThePreviousConfiguration() throws Exception {
        host.converger.apply(NEW, unconfirmed());
        host.unconfirmed = Optional.of(entry().confirmation().orElseThrow().id());
        host.before = Optional.of(OLD);
        rollBackElsewhere();
        host.restart();
        host.converger.apply();
        assertThat(host.converger.config()).isSameAs(OLD);
        assertThat(host.converger.configState()).isEqualTo(ConfigState.ROLLED_BACK);
        assertThat(host.kernel.state()).isEqualTo(before);
    }

    @Test
    void withoutThePreviousConfigurationItRepairsNothingAfterARollback() throws Exception {
        host.converger.apply(NEW, unconfirmed());
        host.restart();
        host.converger.apply();
        rollBackElsewhere();
        check();
        assertThat(host.converger.configState()).isEqualTo(ConfigState.SUSPENDED);
        assertThat(RecordedEvents.take()).contains("apply.suspended");
        host.kernel.linkDelete(FakeHost.STATIC);
        int writes = host.kernel.writes();
        check();
        host.converger.apply();
        assertThat(host.kernel.writes()).isEqualTo(writes);
        host.converger.apply(OLD, new ApplyRequest(plan -> {}, false));
        assertThat(host.kernel.state()).isEqualTo(before);
        assertThat(host.converger.configState()).isEqualTo(ConfigState.IN_FORCE);
    }
}
