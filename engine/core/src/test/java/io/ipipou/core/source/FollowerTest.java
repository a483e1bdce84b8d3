package io.ipipou.core.source;

import static io.ipipou.core.source.FollowedHost.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import io.ipipou.testkit.source.ScriptedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each sync is a process of its own: it knows of earlier ones only what is on disk. */
class FollowerTest {

    @TempDir
    private Path directory;

    private FollowedHost host = new FollowedHost(Path.of(""));
    private ScriptedSource source = host.source;

    @BeforeEach
    void host() {
        host = new FollowedHost(directory);
        source = host.source;
    }

    private void assertInForce(SyncResult result, String id, boolean isNew) throws Exception {
        assertThat(result).isInstanceOfSatisfying(SyncResult.InForce.class, inForce -> {
            assertThat(inForce.revision().revision().id()).isEqualTo(id);
            assertThat(inForce.isNew()).isEqualTo(isNew);
        });
        assertThat(host.status().lastGood().orElseThrow().revision().id()).isEqualTo(id);
        assertThat(host.status().events().rejected()).isEmpty();
    }

    private void assertRejected(SyncResult result, boolean isNew, Rejection.Kind kind, String... reasons)
            throws Exception {
        assertThat(result).isInstanceOfSatisfying(SyncResult.Rejected.class, rejected -> {
            assertThat(rejected.isNew()).isEqualTo(isNew);
            assertThat(rejected.revision().rejection().kind()).isEqualTo(kind);
            assertThat(rejected.revision().rejection().reason()).contains(reasons);
        });
        assertThat(host.status().events().rejected()).contains(((SyncResult.Rejected) result).revision());
    }

    @Test
    void appliesACommitAndTheNextOne() throws Exception {
        source.commit("a1", file("t0"));
        assertInForce(host.sync(), "a1", true);
        assertThat(host.tunnels()).containsExactly("t0");

        source.commit("a2", file("t0", "t1"));
        assertInForce(host.sync(), "a2", true);
        assertThat(host.tunnels()).containsExactlyInAnyOrder("t0", "t1");
    }

    @Test
    void doesNotFetchTheRevisionInForceAgain() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        assertInForce(host.sync(), "a1", false);
        assertThat(source.fetches()).isEqualTo(1);
        SyncStatus status = host.status();
        assertThat(status.lastGood().orElseThrow().since()).isEqualTo(Instant.parse("2026-11-25T04:00:00Z"));
        assertThat(status.events().lastContact()).contains(Instant.parse("2026-11-25T04:01:00Z"));
    }

    @Test
    void rejectsAFileWithErrorsOnceAndKeepsTheOldRevision() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        source.commit("bad0000bad", "apiVersion: ipipou/v1\ntunnels:\n  t0: {mod: static}\n  t1: 5\n");

        assertRejected(
                host.sync(),
                true,
                Rejection.Kind.CONFIGURATION,
                "hosts/hub.yaml@bad0000:3:8: tunnels.t0.mod: unknown setting",
                "hosts/hub.yaml@bad0000:4:7: tunnels.t1:");
        assertRejected(host.sync(), false, Rejection.Kind.CONFIGURATION, "unknown setting");
        assertThat(source.fetches()).isEqualTo(2);
        assertThat(host.status().lastGood().orElseThrow().revision().id()).isEqualTo("a1");
        assertThat(host.tunnels()).containsExactly("t0");

        assertRejected(host.sync(true), true, Rejection.Kind.CONFIGURATION, "unknown setting");
        assertThat(source.fetches()).isEqualTo(3);
        source.commit("a3", file("t2"));
        assertInForce(host.sync(), "a3", true);
    }

    @Test
    void rejectsAFileThatIsNotText() throws Exception {
        source.commit("a1", new byte[] {(byte) 0xff}, Signature.NONE, Optional.empty());
        assertRejected(host.sync(), true, Rejection.Kind.CONFIGURATION, "hosts/hub.yaml@a1:1:1", "not UTF-8");
    }

    @Test
    void aRevisionWithTunnelsThatThisHostCannotHaveIsInForce() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        source.commit("a2", file("t0", "t1").replace("eth0", "wan7"));
        assertInForce(host.sync(), "a2", true);
        assertThat(host.tunnels()).containsExactly("t0");
    }

    @Test
    void rollsBackARevisionThatTheKernelRefuses() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        source.commit("a2", file("t0", "t1", "t2"));
        host.kernel.refuse(3, "ENOBUFS");
        assertRejected(host.sync(), true, Rejection.Kind.HOST, "ENOBUFS");
        assertThat(host.tunnels()).containsExactly("t0");
        host.kernel.refuse(3, "ENOBUFS");
        assertRejected(host.sync(), false, Rejection.Kind.HOST, "ENOBUFS");
        assertInForce(host.sync(), "a2", true);
    }

    @Test
    void triesAgainAfterAFailureThatIsNotTheRevisionsFault() throws Exception {
        source.commit("a1", file("t0"));
        try (Follower follower = host.open(step -> {})) {
            assertThatThrownBy(() -> follower.sync(false, (file, name) -> {
                        throw new BackendException("another run holds the lock");
                    }))
                    .hasMessageContaining("holds the lock");
        }
        assertThat(host.status().events().rejected()).isEmpty();
        assertInForce(host.sync(), "a1", true);
    }

    @Test
    void aRevertOfARejectedRevisionIsInForceAtOnce() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        source.commit("a2", "nonsense");
        host.sync();
        source.setHead("a1");
        assertInForce(host.sync(), "a1", false);
        source.setHead("a2");
        assertRejected(host.sync(), true, Rejection.Kind.CONFIGURATION, "a2");
    }

    @Test
    void requiresATrustedSignature() throws Exception {
        host.policy = new SourcePolicy(true, false);
        source.commit("a1", file("t0"));
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "no trusted signature", "there is no signature");
        source.commit("a2", file("t0"), ScriptedSource.UNTRUSTED);
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "SHA256:abc", "the key is not known");
        source.commit("a3", file("t0"), new Signature(Signature.Status.BAD, "alice@example.net", "not of this"));
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "not of this");
        assertThat(host.tunnels()).isEmpty();
        source.commit("a4", file("t0"), ScriptedSource.TRUSTED);
        assertInForce(host.sync(), "a4", true);
    }

    @Test
    void evaluatesAnUnsignedRevisionAgainWhenSignaturesAreRequired() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        host.policy = new SourcePolicy(true, false);
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "no trusted signature");
        assertThat(host.status().lastGood()).isPresent();
        assertThat(host.tunnels()).containsExactly("t0");
    }

    @Test
    void rejectsARewrittenHistoryIfDescentIsRequired() throws Exception {
        host.policy = new SourcePolicy(false, true);
        source.commit("a1", file("t0"));
        assertInForce(host.sync(), "a1", true);
        source.commit("a2", file("t0", "t1"));
        assertInForce(host.sync(), "a2", true);

        source.forcePush("b1", file("t9"));
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "does not descend from a2");
        source.setHead("a1");
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "does not descend from a2");
        assertThat(host.tunnels()).containsExactlyInAnyOrder("t0", "t1");

        host.policy = SourcePolicy.NONE;
        source.setHead("b1");
        assertInForce(host.sync(), "b1", true);
    }

    @Test
    void keepsTheLastGoodRevisionDuringAnOutage() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        source.fail("git.example.net: connection\u001b[2J refused\nreally");

        assertThat(host.sync())
                .isEqualTo(new SyncResult.Failed("git.example.net: connection\\u001B[2J refused really"));
        source.fail("still");
        assertThat(host.sync()).isEqualTo(new SyncResult.Failed("still"));
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.lastGood().orElseThrow().config().tunnels()).hasSize(1);
            Outage outage = follower.status().events().outage().orElseThrow();
            assertThat(outage.since()).isEqualTo(Instant.parse("2026-11-25T04:01:00Z"));
            assertThat(outage.isOver()).isFalse();
        }
        source.recover();
        assertInForce(host.sync(), "a1", false);
        assertThat(host.status().events().outage().orElseThrow().until())
                .contains(Instant.parse("2026-11-25T04:03:00Z"));
        source.fail("again");
        assertThat(host.sync()).isEqualTo(new SyncResult.Failed("again"));
    }

    @Test
    void withoutALastGoodRevisionNothingIsInForceDuringAnOutage() throws Exception {
        source.fail("no route to host");
        assertThat(host.sync()).isEqualTo(new SyncResult.Failed("no route to host"));
        assertThat(host.status().lastGood()).isEmpty();
    }

    @Test
    void theNextProcessTriesARevisionThatNeedsARestart() throws Exception {
        source.commit("a1", file("t0"));
        Rejection restart = new Rejection(Rejection.Kind.RESTART, "restart the agent");
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.sync(false, (file, name) -> Optional.of(restart)))
                    .isInstanceOf(SyncResult.Rejected.class);
            assertThat(follower.sync(false, (file, name) -> Optional.empty())).isInstanceOf(SyncResult.Rejected.class);
        }
        assertInForce(host.sync(), "a1", true);
    }

    @Test
    void startsFromScratchForAnotherSource() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        host.followed = new SourceRef("git", "https://git.example.net/net.git", "main", "hosts/branch.yaml");
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.lastGood()).isEmpty();
            assertThat(follower.status().lastGoodOfSource()).isEmpty();
            assertThat(follower.status().nameInForce())
                    .as("until a revision of the other source is")
                    .contains("hosts/hub.yaml@a1");
            assertThat(follower.notes()).singleElement().asString().contains("followed hosts/hub.yaml of main");
        }
    }

    @Test
    void onlyOneProcessFollows() throws Exception {
        source.commit("a1", file("t0"));
        try (Follower first = host.open(step -> {})) {
            assertThat(Follower.open(
                            new Follower.Setup(
                                    host.followed,
                                    host.policy,
                                    Optional.empty(),
                                    new SyncStateFiles(directory),
                                    Clock.systemUTC()),
                            source,
                            it -> {
                                throw new AssertionError();
                            }))
                    .isEmpty();
            assertThat(first.status().lastGood()).isEmpty();
        }
        assertThat(source.isClosed()).isTrue();
    }

    @Test
    void onlyTheOwnerCanReadTheState() throws Exception {
        source.commit("a1", file("t0"));
        host.sync();
        Path state = directory.resolve("source");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
        for (String name : new String[] {"good.json", "events.json"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void textOfARevisionCannotControlTheTerminal() throws Exception {
        host.policy = new SourcePolicy(true, false);
        Signature signature =
                new Signature(Signature.Status.BAD, "\u202Eevil\r\nauthor", "\u001b[2J" + "y".repeat(5000));
        source.commit("x\u001b[31m", file("t0"), signature);
        assertRejected(host.sync(), true, Rejection.Kind.POLICY, "\\u202Eevil author: \\u001B[2Jyyy");
        Revision revision = host.status().events().rejected().orElseThrow().revision();
        assertThat(revision.id()).isEqualTo("x\\u001B[31m");
        assertThat(revision.signature().detail()).hasSizeLessThan(1020).endsWith("y...");
    }
}
