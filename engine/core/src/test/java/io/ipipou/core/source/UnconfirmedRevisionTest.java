package io.ipipou.core.source;

import static io.ipipou.core.source.FollowedHost.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.CommitConfirm;
import io.ipipou.core.apply.Confirmation;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.ProcessId;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.testkit.source.ScriptedSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A revision that must be confirmed. Each sync is a process of its own. */
class UnconfirmedRevisionTest {

    @TempDir
    private Path directory;

    private FollowedHost host = new FollowedHost(Path.of(""));
    private ScriptedSource source = host.source;

    @BeforeEach
    void aRevisionInForce() throws Exception {
        host = new FollowedHost(directory);
        source = host.source;
        source.commit("a1", file("t0"));
        host.sync();
    }

    private Journal journal() {
        return new Journal(directory, "netlink");
    }

    private Reconciler reconciler(LoadedConfig file) {
        return new Reconciler(file.config(), Schemes.ALL, host.kernel.backend(), Map::of, EndpointLookup.KERNEL);
    }

    private SyncResult pull(boolean retry) throws Exception {
        String id = UUID.randomUUID().toString();
        CommitConfirm confirm = new CommitConfirm(id, Duration.ofHours(1), apply -> ProcessId.current());
        try (Follower follower = host.open(step -> {})) {
            return follower.sync(retry, Optional.of(id), (file, name) -> {
                assertThat(reconciler(file)
                                .apply(journal(), new ApplyRequest(plan -> {}, true, Optional.of(confirm)))
                                .converged())
                        .isTrue();
                return Optional.empty();
            });
        }
    }

    private Confirmation confirmation() throws IOException {
        return journal().unfinished().orElseThrow().confirmation().orElseThrow();
    }

    private void rollBack() throws Exception {
        try (Follower follower = host.open(step -> {})) {
            assertThat(reconciler(follower.lastGood().orElseThrow())
                            .rollback(journal())
                            .orElseThrow()
                            .complete())
                    .isTrue();
        }
    }

    private String applied() throws IOException {
        return new SyncStateFiles(directory).applied().orElseThrow().revision().id();
    }

    private String inForce() throws Exception {
        return host.status().lastGood().orElseThrow().revision().id();
    }

    @Test
    void isInForceOnceItIsConfirmed() throws Exception {
        source.commit("a2", file("t0", "t1"));
        assertThat(pull(false)).isInstanceOf(SyncResult.Unconfirmed.class);
        assertThat(applied()).isEqualTo("a2");
        assertThat(inForce()).isEqualTo("a1");
        assertThat(host.tunnels()).hasSize(2);

        source.commit("a3", file("t0", "t1", "t2"));
        assertThat(host.sync())
                .isInstanceOfSatisfying(SyncResult.Unconfirmed.class, waiting -> assertThat(waiting.isNew())
                        .isFalse());
        assertThat(host.tunnels()).hasSize(2);

        journal().confirm(confirmation());
        assertThat(applied()).isEqualTo("a2");
        assertThat(inForce()).isEqualTo("a2");
        assertThat(host.sync()).isInstanceOf(SyncResult.InForce.class);
        assertThat(inForce()).isEqualTo("a3");
        assertThat(directory.resolve("source/unconfirmed.json")).doesNotExist();
    }

    @Test
    void isRejectedUntilTheRefMovesOnceItWasRolledBack() throws Exception {
        source.commit("a2", file("t0", "t1"));
        pull(false);
        rollBack();
        assertThat(host.tunnels()).containsExactly("t0");
        assertThat(applied()).isEqualTo("a1");
        assertThat(inForce()).isEqualTo("a1");
        for (int i = 0; i < 2; i++) {
            assertThat(host.sync()).isInstanceOfSatisfying(SyncResult.Rejected.class, rejected -> {
                assertThat(rejected.revision().rejection().kind()).isEqualTo(Rejection.Kind.ROLLED_BACK);
                assertThat(rejected.revision().rejection().reason()).contains("rolled back");
            });
        }
        assertThat(directory.resolve("source/unconfirmed.json")).doesNotExist();
        assertThat(pull(true)).as("tried again on request").isInstanceOf(SyncResult.Unconfirmed.class);
        rollBack();
        source.commit("a3", file("t0", "t2"));
        assertThat(host.sync()).isInstanceOf(SyncResult.InForce.class);
    }

    @Test
    void anotherConfirmationInBetweenChangesNothing() throws Exception {
        source.commit("a2", file("t0", "t1"));
        pull(false);
        journal().confirm(confirmation());
        journal().confirm(new Confirmation("of a file", Duration.ofHours(1), Optional.empty(), ProcessId.current()));
        assertThat(inForce()).isEqualTo("a2");
    }

    @Test
    void withoutChangesThereIsNothingToConfirm() throws Exception {
        source.commit("a2", file("t0") + "# a comment\n");
        assertThat(pull(false)).isInstanceOf(SyncResult.InForce.class);
        assertThat(inForce()).isEqualTo("a2");
    }

    @Test
    void isTriedAgainIfTheApplyDidNotBegin() throws Exception {
        source.commit("a2", file("t0", "t1"));
        try (Follower follower = host.open(step -> {})) {
            assertThatThrownBy(() -> follower.sync(false, Optional.of("id"), (file, name) -> {
                        throw new BackendException("another process holds the lock");
                    }))
                    .isInstanceOf(BackendException.class);
        }
        assertThat(host.sync()).isInstanceOf(SyncResult.InForce.class);
        assertThat(inForce()).isEqualTo("a2");
    }
}
