package io.ipipou.agent.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.agent.TestConfigs;
import io.ipipou.agent.event.RecordingLogger;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.PendingConfirmationException;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.auth.AuthSchemes;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.Rejection;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.core.source.SourcePolicy;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStateFiles;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.FakeKernel;
import io.ipipou.testkit.source.ScriptedSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.MessageFormatter;

/** With a reconciler in place of the agent. */
class FollowingTest {

    private static final SourceRef PLACE =
            new SourceRef("git", "https://git.example.net/net.git", "main", "hosts/hub.yaml");
    private static final Duration LONG = Duration.ofHours(1);

    private static final AuthSchemes SCHEMES = TestConfigs.schemes(Clock.systemUTC());

    @TempDir
    private Path directory;

    private final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
    private final ScriptedSource source = new ScriptedSource();
    private final RecordingLogger log = new RecordingLogger();

    private static String file(String... tunnels) {
        StringBuilder peers = new StringBuilder("apiVersion: ipipou/v1\npeers:\n");
        StringBuilder all = new StringBuilder("tunnels:\n");
        for (int i = 0; i < tunnels.length; i++) {
            peers.append("  p%d: {endpoint: \"198.18.0.%d:10000\"}%n".formatted(i, i + 1));
            all.append(
                    "  %s: {mode: static, peer: p%d, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.%d}}%n"
                            .formatted(tunnels[i], i, 2 * i));
        }
        return peers.append(all).toString();
    }

    private Optional<Rejection> apply(LoadedConfig file, String name) {
        Reconciler reconciler =
                new Reconciler(file.config(), SCHEMES, kernel.backend(), Map::of, EndpointLookup.KERNEL);
        try {
            assertThat(reconciler
                            .repair(new Journal(directory, "netlink"), plan -> {})
                            .converged())
                    .isTrue();
        } catch (BackendException | PendingConfirmationException e) {
            throw new AssertionError(e);
        }
        return Optional.empty();
    }

    private Set<String> tunnels() {
        return kernel.state().links().keySet().stream().map(LinkName::value).collect(Collectors.toSet());
    }

    private Follower follower() throws IOException {
        Follower.Setup setup = new Follower.Setup(
                PLACE, SourcePolicy.NONE, Optional.empty(), new SyncStateFiles(directory), Clock.systemUTC());
        return Follower.open(setup, source, TestConfigs.READER::read).orElseThrow();
    }

    @Test
    void syncsAtOnceAtIntervalsAndOnRequest() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        source.commit("a1", file("t0"));
        try (SourceFollower following = SourceFollower.start(
                follower(),
                (file, name) -> {
                    three.countDown();
                    source.commit("n" + three.getCount(), file("t0"));
                    return Optional.empty();
                },
                Duration.ofMillis(20),
                () -> 0.5)) {
            assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(following.status().source()).isEqualTo(PLACE);
        }
        assertThat(source.isClosed()).isTrue();

        try (SourceFollower following = SourceFollower.start(follower(), this::apply, LONG, () -> 0.5)) {
            source.commit("b1", file("t0", "t1"));
            assertThat(following.sync(false, Optional.empty(), this::apply)).isInstanceOf(SyncResult.InForce.class);
            assertThat(tunnels()).containsExactlyInAnyOrder("t0", "t1");
        }
    }

    @Test
    void triesARejectedRevisionAgainOnRequest() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        source.commit("a1", file("t0"));
        RevisionTarget<RuntimeException> third = (file, name) -> tries.incrementAndGet() < 3
                ? Optional.of(new Rejection(Rejection.Kind.POLICY, "not yet"))
                : Optional.empty();
        try (SourceFollower following = SourceFollower.start(follower(), third, LONG, () -> 0.5)) {
            assertThat(following.sync(false, Optional.empty(), third)).isInstanceOf(SyncResult.Rejected.class);
            assertThat(tries).hasValue(1);
            following.syncSoon(true);
            assertThat(following.sync(true, Optional.empty(), third)).isInstanceOf(SyncResult.InForce.class);
            assertThat(tries).hasValue(3);
        }
    }

    @Test
    void onceClosedItDoesNotSync() throws Exception {
        source.commit("a1", file("t0"));
        SourceFollower following = SourceFollower.start(follower(), (file, name) -> Optional.empty(), LONG, () -> 0.5);
        following.close();
        assertThatThrownBy(() -> following.sync(false, Optional.empty(), this::apply))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stopping");
    }

    @Test
    void aBugInAPluginDoesNotEndTheSyncs() throws Exception {
        CountDownLatch bugs = new CountDownLatch(2);
        source.commit("a1", file("t0"));
        try (SourceFollower following = SourceFollower.start(
                follower(),
                (file, name) -> {
                    bugs.countDown();
                    throw new IllegalStateException("a bug");
                },
                Duration.ofMillis(20),
                () -> 0.5)) {
            assertThat(bugs.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(following.status().lastGood()).isEmpty();
            assertThatThrownBy(() -> following.sync(false, Optional.empty(), (file, name) -> {
                        throw new IllegalStateException("a bug");
                    }))
                    .hasMessageContaining("a bug");
        }
    }

    /** What was logged since the last call. */
    private List<String> taken() {
        List<String> taken = new ArrayList<>();
        for (LoggingEvent event = log.events().poll();
                event != null;
                event = log.events().poll()) {
            taken.add(event.getLevel() + " "
                    + MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()));
        }
        return taken;
    }

    @Test
    void logsAnOutageOnceAndItsEndOnce() throws Exception {
        SyncLog syncLog = new SyncLog(log);
        source.commit("a1", file("t0"));
        try (Follower follower = follower()) {
            syncLog.log(follower.sync(false, this::apply), follower.status());
            assertThat(taken()).containsExactly("INFO applied hosts/hub.yaml@a1 by Alice <alice@example.net>");
            source.fail("git.example.net: no route to host");
            for (int i = 0; i < 3; i++) {
                syncLog.log(follower.sync(false, this::apply), follower.status());
            }
            assertThat(taken())
                    .containsExactly("WARN git.example.net: no route to host\nhosts/hub.yaml@a1 stays in force");
            source.recover();
            syncLog.log(follower.sync(false, this::apply), follower.status());
            syncLog.log(follower.sync(false, this::apply), follower.status());
            assertThat(taken())
                    .containsExactly(
                            "INFO hosts/hub.yaml of main of https://git.example.net/net.git is reachable again");
            source.commit("a2", "nonsense");
            syncLog.log(follower.sync(false, this::apply), follower.status());
            syncLog.log(follower.sync(false, this::apply), follower.status());
            assertThat(taken()).singleElement().asString().startsWith("ERROR rejected hosts/hub.yaml@a2 by Alice");
        }
    }
}
