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

/** Each round is a run of its own: what it knows of earlier ones it has from the disk. */
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

    private void inForce(SyncResult round, String id, boolean fresh) throws Exception {
        assertThat(round).isInstanceOfSatisfying(SyncResult.InForce.class, inForce -> {
            assertThat(inForce.revision().revision().id()).isEqualTo(id);
            assertThat(inForce.isNew()).isEqualTo(fresh);
        });
        assertThat(host.standing().lastGood().orElseThrow().revision().id()).isEqualTo(id);
        assertThat(host.standing().events().rejected()).isEmpty();
    }

    private void refused(SyncResult round, boolean fresh, Rejection.Kind kind, String... reasons) throws Exception {
        assertThat(round).isInstanceOfSatisfying(SyncResult.Rejected.class, declined -> {
            assertThat(declined.isNew()).isEqualTo(fresh);
            assertThat(declined.revision().rejection().kind()).isEqualTo(kind);
            assertThat(declined.revision().rejection().reason()).contains(reasons);
        });
        assertThat(host.standing().events().rejected()).contains(((SyncResult.Rejected) round).revision());
    }

    @Test
    void aCommitIsPutInForceAndTheNextOneToo() throws Exception {
        source.commit("a1", file("t0"));
        inForce(host.round(), "a1", true);
        assertThat(host.tunnels()).containsExactly("t0");

        source.commit("a2", file("t0", "t1"));
        inForce(host.round(), "a2", true);
        assertThat(host.tunnels()).containsExactlyInAnyOrder("t0", "t1");
    }

    @Test
    void whatIsInForceIsNotFetchedAgain() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        inForce(host.round(), "a1", false);
        assertThat(source.fetches()).isEqualTo(1);
        SyncStatus standing = host.standing();
        assertThat(standing.lastGood().orElseThrow().since()).isEqualTo(Instant.parse("2026-11-25T04:00:00Z"));
        assertThat(standing.events().lastContact()).contains(Instant.parse("2026-11-25T04:01:00Z"));
    }

    @Test
    void aFileWithMistakesIsRefusedOnceWithAllOfThemAndTheOldOneStays() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        source.commit("bad0000bad", "apiVersion: ipipou/v1\ntunnels:\n  t0: {mod: static}\n  t1: 5\n");

        refused(
                host.round(),
                true,
                Rejection.Kind.CONFIGURATION,
                "hosts/hub.yaml@bad0000:3:8: tunnels.t0.mod: unknown setting",
                "hosts/hub.yaml@bad0000:4:7: tunnels.t1:");
        refused(host.round(), false, Rejection.Kind.CONFIGURATION, "unknown setting");
        assertThat(source.fetches()).isEqualTo(2);
        assertThat(host.standing().lastGood().orElseThrow().revision().id()).isEqualTo("a1");
        assertThat(host.tunnels()).containsExactly("t0");

        refused(host.round(true), true, Rejection.Kind.CONFIGURATION, "unknown setting");
        assertThat(source.fetches()).isEqualTo(3);
        source.commit("a3", file("t2"));
        inForce(host.round(), "a3", true);
    }

    @Test
    void whatIsNoTextIsRefused() throws Exception {
        source.commit("a1", new byte[] {(byte) 0xff}, Signature.NONE, Optional.empty());
        refused(host.round(), true, Rejection.Kind.CONFIGURATION, "hosts/hub.yaml@a1:1:1", "not UTF-8");
    }

    @Test
    void aFileForAnotherHostIsRefused() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        source.commit("a2", file("t0", "t1").replace("eth0", "wan7"));
        refused(host.round(), true, Rejection.Kind.HOST, "wan7");
        assertThat(host.tunnels()).containsExactly("t0");
    }

    @Test
    void aRevisionThatTheKernelRefusesIsUndoneAndNotTriedAgain() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        source.commit("a2", file("t0", "t1", "t2"));
        host.kernel.refuse(3, "ENOBUFS");
        refused(host.round(), true, Rejection.Kind.HOST, "ENOBUFS");
        assertThat(host.tunnels()).containsExactly("t0");
        refused(host.round(), false, Rejection.Kind.HOST, "ENOBUFS");
        inForce(host.round(true), "a2", true);
    }

    @Test
    void whenItIsNotTheRevisionsFaultItIsTriedAgain() throws Exception {
        source.commit("a1", file("t0"));
        try (Follower follower = host.open(step -> {})) {
            assertThatThrownBy(() -> follower.sync(false, (file, name) -> {
                        throw new BackendException("another run holds the lock");
                    }))
                    .hasMessageContaining("holds the lock");
        }
        assertThat(host.standing().events().rejected()).isEmpty();
        inForce(host.round(), "a1", true);
    }

    @Test
    void theRevertOfABadOneIsInForceAtOnce() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        source.commit("a2", "nonsense");
        host.round();
        source.setHead("a1");
        inForce(host.round(), "a1", false);
        source.setHead("a2");
        refused(host.round(), true, Rejection.Kind.CONFIGURATION, "a2");
    }

    @Test
    void onlyATrustedSignatureWillDoWhereOneIsRequired() throws Exception {
        host.policy = new SourcePolicy(true, false);
        source.commit("a1", file("t0"));
        refused(host.round(), true, Rejection.Kind.POLICY, "not signed", "there is no signature");
        source.commit("a2", file("t0"), ScriptedSource.UNTRUSTED);
        refused(host.round(), true, Rejection.Kind.POLICY, "SHA256:abc", "the key is not known");
        source.commit("a3", file("t0"), new Signature(Signature.Status.BAD, "alice@example.net", "not of this"));
        refused(host.round(), true, Rejection.Kind.POLICY, "not of this");
        assertThat(host.tunnels()).isEmpty();
        source.commit("a4", file("t0"), ScriptedSource.TRUSTED);
        inForce(host.round(), "a4", true);
    }

    @Test
    void whatWasAcceptedUnsignedIsLookedAtAgainWhenSignaturesAreRequired() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        host.policy = new SourcePolicy(true, false);
        refused(host.round(), true, Rejection.Kind.POLICY, "not signed");
        assertThat(host.standing().lastGood()).isPresent();
        assertThat(host.tunnels()).containsExactly("t0");
    }

    @Test
    void aRewrittenHistoryIsRefusedWhereDescentIsRequired() throws Exception {
        host.policy = new SourcePolicy(false, true);
        source.commit("a1", file("t0"));
        inForce(host.round(), "a1", true);
        source.commit("a2", file("t0", "t1"));
        inForce(host.round(), "a2", true);

        source.forcePush("b1", file("t9"));
        refused(host.round(), true, Rejection.Kind.POLICY, "does not descend from a2");
        source.setHead("a1");
        refused(host.round(), true, Rejection.Kind.POLICY, "does not descend from a2");
        assertThat(host.tunnels()).containsExactlyInAnyOrder("t0", "t1");

        host.policy = SourcePolicy.NONE;
        source.setHead("b1");
        inForce(host.round(), "b1", true);
    }

    @Test
    void theLastGoodOneStaysWhileTheRemoteIsDown() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        source.fail("git.example.net: connection\u001b[2J refused\nreally");

        assertThat(host.round())
                .isEqualTo(new SyncResult.Failed("git.example.net: connection\\u001B[2J refused really"));
        source.fail("still");
        assertThat(host.round()).isEqualTo(new SyncResult.Failed("still"));
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.lastGood().orElseThrow().config().tunnels()).hasSize(1);
            Outage trouble = follower.status().events().outage().orElseThrow();
            assertThat(trouble.since()).isEqualTo(Instant.parse("2026-11-25T04:01:00Z"));
            assertThat(trouble.isOver()).isFalse();
        }
        source.recover();
        inForce(host.round(), "a1", false);
        assertThat(host.standing().events().outage().orElseThrow().until())
                .contains(Instant.parse("2026-11-25T04:03:00Z"));
        source.fail("again");
        assertThat(host.round()).isEqualTo(new SyncResult.Failed("again"));
    }

    @Test
    void withoutAnEarlierOneNothingIsInForceWhileTheRemoteIsDown() throws Exception {
        source.fail("no route to host");
        assertThat(host.round()).isEqualTo(new SyncResult.Failed("no route to host"));
        assertThat(host.standing().lastGood()).isEmpty();
    }

    @Test
    void whatOnlyARestartCanTakeToIsTriedByTheNextRun() throws Exception {
        source.commit("a1", file("t0"));
        Rejection restart = new Rejection(Rejection.Kind.RESTART, "restart the agent");
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.sync(false, (file, name) -> Optional.of(restart)))
                    .isInstanceOf(SyncResult.Rejected.class);
            assertThat(follower.sync(false, (file, name) -> Optional.empty())).isInstanceOf(SyncResult.Rejected.class);
        }
        inForce(host.round(), "a1", true);
    }

    @Test
    void whatIsRememberedOfOnePlaceIsOfNoUseToAnother() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        host.place = new SourceRef("git", "https://git.example.net/net.git", "main", "hosts/branch.yaml");
        try (Follower follower = host.open(step -> {})) {
            assertThat(follower.status().lastGood()).isEmpty();
            assertThat(follower.notes()).singleElement().asString().contains("followed hosts/hub.yaml of main");
        }
    }

    @Test
    void oneFollowsAtATime() throws Exception {
        source.commit("a1", file("t0"));
        try (Follower first = host.open(step -> {})) {
            assertThat(Follower.open(
                            new Follower.Setup(
                                    host.place,
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
    void whatIsRememberedIsForItsOwnerAlone() throws Exception {
        source.commit("a1", file("t0"));
        host.round();
        Path remembered = directory.resolve("source");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(remembered)))
                .isEqualTo("rwx------");
        for (String name : new String[] {"good.json", "events.json"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(remembered.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void textOfARevisionCannotSteerTheTerminal() throws Exception {
        host.policy = new SourcePolicy(true, false);
        Signature signature =
                new Signature(Signature.Status.BAD, "\u202Eevil\r\nauthor", "\u001b[2J" + "y".repeat(5000));
        source.commit("x\u001b[31m", file("t0"), signature);
        refused(host.round(), true, Rejection.Kind.POLICY, "\\u202Eevil author: \\u001B[2Jyyy");
        Revision revision = host.standing().events().rejected().orElseThrow().revision();
        assertThat(revision.id()).isEqualTo("x\\u001B[31m");
        assertThat(revision.signature().detail()).hasSizeLessThan(1020).endsWith("y...");
    }
}
