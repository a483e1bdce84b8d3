package io.ipipou.agent.converge;

import static io.ipipou.agent.converge.FakeHost.STATIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.converge.ConvergenceStatus.State;
import io.ipipou.agent.event.RecordedEvents;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.HostLock;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConvergerTest {

    @TempDir
    private Path directory;

    private FakeHost host;

    private static final ApplyRequest REQUEST = new ApplyRequest(plan -> {}, false);

    @BeforeEach
    void create() {
        host = new FakeHost(directory, Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static List<String> ids(Plan plan) {
        return plan.changes().stream().map(Change::id).map(ResourceId::toString).toList();
    }

    @Test
    void appliesTheConfigurationOnce() throws Exception {
        assertThat(host.converger.apply().converged()).isTrue();
        assertThat(host.link(STATIC)).isPresent();
        assertThat(host.kernel.state().table()).isPresent();
        assertThat(host.resolutions).singleElement().satisfies(resolution -> assertThat(resolution.roaming())
                .hasSize(2));
        assertThat(host.converger.status())
                .isEqualTo(new ConvergenceStatus(1, 0, 0, Map.of(State.OK, 1L), 0, List.of()));
        assertThat(RecordedEvents.take())
                .contains("apply.change action=create resource=tunnel.t0")
                .last()
                .asString()
                .startsWith("apply.done added=");

        int writes = host.kernel.writes();
        assertThat(host.converger.apply().plan().isEmpty()).isTrue();
        assertThat(host.kernel.writes()).isEqualTo(writes);
        assertThat(RecordedEvents.take()).isEmpty();
    }

    @Test
    void aRefusedWriteDefersWhatNeedsItAndTheNextApplyCompletesIt() throws Exception {
        int refused = 0;
        while (true) {
            refused++;
            host.kernel.refuse(refused, "ENOBUFS");
            ApplyReport report = host.converger.apply();
            if (report.failures().isEmpty()) {
                break;
            }
            assertThat(report.failures()).hasSize(1);
            assertThat(report.deferred()).isNotEmpty().allMatch(deferral -> deferral.reason()
                    .endsWith("ENOBUFS"));
            assertThat(host.converger.status().failed()).isEqualTo(refused);
            assertThat(RecordedEvents.take())
                    .anyMatch(event -> event.startsWith("apply.deferred") && event.contains("ENOBUFS"));
            assertThat(host.resolutions).as("what was written is in force").hasSize(refused);
        }
        assertThat(refused).isGreaterThan(1);
        assertThat(host.converger.plan(host.kernel.backend()).isEmpty()).isTrue();
    }

    @Test
    void aLinkInTheWayDefersItsTunnelAlone() throws Exception {
        host.kernel.linkAdd(STATIC, "dummy");
        ApplyReport report = host.converger.apply();
        assertThat(report.deferred()).singleElement().satisfies(deferral -> assertThat(
                        deferral.resource().toString())
                .isEqualTo("tunnel.t0"));
        assertThat(host.kernel.state().table()).as("the other tunnels' gate").isPresent();
        assertThat(RecordedEvents.take()).anyMatch(event -> event.startsWith("apply.deferred resource=tunnel.t0"));
    }

    @Test
    void writesOnlyWhenNoOtherRunHoldsTheLock() throws Exception {
        AtomicBoolean locked = new AtomicBoolean(true);
        AtomicBoolean lockedAtWrite = new AtomicBoolean();
        host.kernel.beforeWrite(1, () -> lockedAtWrite.set(locked.get()));
        CompletableFuture<ApplyReport> apply;
        try (HostLock lock = HostLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            apply = CompletableFuture.supplyAsync(this::apply);
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("ipipou-kernel")
                            && thread.getState() == Thread.State.TIMED_WAITING));
            locked.set(false);
        }
        assertThat(apply.join().converged()).isTrue();
        assertThat(lockedAtWrite).isFalse();
        assertThat(HostLock.tryAcquire(directory)).as("it is released").isPresent();
    }

    private ApplyReport apply() {
        try {
            return host.converger.apply();
        } catch (BackendException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givesUpWhenAnotherRunKeepsTheLock() throws Exception {
        host.restart(); // it does not wait at all
        try (HostLock lock = HostLock.tryAcquire(directory).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThatExceptionOfType(BackendException.class)
                    .isThrownBy(host.converger::apply)
                    .withMessageContaining("another ipipou process has held the lock for 0 s: process "
                            + ProcessHandle.current().pid());
            assertThat(host.kernel.writes()).isZero();
            assertThat(host.converger.status().failed()).isEqualTo(1);
        }
        assertThat(host.converger.apply().converged()).isTrue();
    }

    @Test
    void aLockThatCannotBeTakenIsAnError() throws IOException {
        Files.createDirectory(directory.resolve("lock"));
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(host.converger::apply)
                .withMessageStartingWith("cannot take the lock in " + directory);
        assertThat(host.kernel.writes()).isZero();
    }

    @Test
    void anotherConfigurationReplacesThePrevious() throws Exception {
        host.converger.apply();
        ApplyReport report =
                host.converger.apply(TestConfigs.config(FakeHost.YAML.replace("10.0.0.0/16", "10.9.0.0/16")), REQUEST);
        assertThat(ids(report.plan())).containsExactlyInAnyOrder("route.10.0.0.0/16", "route.10.9.0.0/16");
        assertThat(host.converger.apply().plan().isEmpty()).isTrue();
    }

    @Test
    void deferredTunnelsKeepWhatTheyHaveInTheKernel() throws Exception {
        host.converger.apply();
        ObservedState before = host.kernel.state();
        ApplyReport report = host.converger.apply(TestConfigs.config(FakeHost.YAML.replace("eth0", "wan7")), REQUEST);
        assertThat(report.outcomes()).isEmpty();
        assertThat(report.deferred()).extracting(Object::toString).contains("tunnel.t0: device wan7 does not exist");
        assertThat(host.kernel.state().links()).isEqualTo(before.links());
        assertThat(host.converger.status().deferred()).hasSize(3);
    }

    @Test
    void aConfigurationWhoseWritesFailStaysInForce() throws Exception {
        host.converger.apply();
        host.kernel.refuse(1, "ENOBUFS");
        assertThat(host.converger
                        .apply(TestConfigs.config(FakeHost.YAML.replace("10.0.0.0/16", "10.9.0.0/16")), REQUEST)
                        .succeeded())
                .isFalse();
        assertThat(host.converger.apply().succeeded()).isTrue();
        assertThat(host.kernel.state().routes())
                .anyMatch(route -> route.destination().toString().equals("10.9.0.0/16"));
    }

    @Test
    void aPlanShowsDriftWithoutWriting() throws Exception {
        host.converger.apply();
        host.kernel.linkDelete(STATIC);
        int writes = host.kernel.writes();
        assertThat(ids(host.converger.plan(host.kernel.backend()))).contains("tunnel.t0");
        assertThat(host.kernel.writes()).isEqualTo(writes);
        assertThat(host.converger.status().tunnels()).isEqualTo(Map.of(State.MISSING, 1L));
        assertThat(host.converger.status().differing()).isPositive();

        long differing = host.converger.status().differing();
        RecordedEvents.take();
        assertThat(host.converger.repair().converged()).isTrue();
        assertThat(RecordedEvents.take()).anyMatch(event -> event.startsWith("drift.repaired resources=[tunnel.t0"));
        assertThat(host.converger.status())
                .isEqualTo(new ConvergenceStatus(2, 0, differing, Map.of(State.OK, 1L), 0, List.of()));
    }

    @Test
    void aRepairThatFailsIsNotLoggedAsOne() throws Exception {
        host.converger.apply();
        host.kernel.linkDelete(STATIC);
        RecordedEvents.take();
        host.kernel.refuse(1, "ENOBUFS");
        assertThat(host.converger.repair().succeeded()).isFalse();
        assertThat(RecordedEvents.take()).noneMatch(event -> event.startsWith("drift.repaired"));
        assertThat(host.converger.status().repaired()).isZero();
    }

    @Test
    void aStateThatCannotBeReadFailsTheApplyBeforeAnyWrite() throws Exception {
        host.kernel.failReads(1);
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(host.converger::apply)
                .withMessageStartingWith("the state keeps changing");
        assertThat(host.kernel.writes()).isZero();
        assertThat(host.converger.status().failed()).isEqualTo(1);
        assertThat(host.resolutions).isEmpty();
        assertThat(host.converger.apply().converged()).isTrue();
    }

    @Test
    void isUnresponsiveWhileAWriteIsStuck() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        host.kernel.beforeWrite(1, () -> awaitUninterruptibly(stuck));
        CompletableFuture<ApplyReport> apply = CompletableFuture.supplyAsync(this::apply);
        await().until(() -> host.kernel.writes() == 1);
        assertThat(host.writer.isResponsive(Duration.ofMillis(10))).isFalse();
        stuck.countDown();
        assertThat(apply.join().converged()).isTrue();
        assertThat(host.writer.isResponsive(Duration.ofSeconds(30))).isTrue();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onceClosedItAppliesNothing() {
        host.close();
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(host.converger::apply)
                .withMessage("the agent is stopping");
        assertThat(host.writer.isResponsive(Duration.ofSeconds(1))).isFalse();
        host.close();
        assertThat(host.kernel.writes()).isZero();
    }
}
