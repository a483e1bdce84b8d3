package io.ipipou.agent.client;

import static io.ipipou.agent.client.World.KEEPALIVE;
import static io.ipipou.agent.client.World.LOCAL;
import static io.ipipou.agent.client.World.SERVER;
import static io.ipipou.agent.client.World.TUNNEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.client.Clients.State;
import io.ipipou.agent.client.World.Server;
import io.ipipou.agent.watch.KernelChange;
import io.ipipou.core.desired.ClientTunnel;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClientsTest {

    private static final Optional<Duration> FIVE_MINUTES = Optional.of(Duration.ofMinutes(5));

    private final World world = new World();

    /** A client whose server has answered, and what it did so far forgotten. */
    private Duration answered(ClientTunnel tunnel) {
        world.serve(tunnel);
        world.pass(10);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        return world.now();
    }

    @Test
    void aServerThatAnswersIsProvedToAtTheStartAndAtEveryKeepalive() {
        world.serve(World.tunnel());
        world.pass(100);
        assertThat(world.proofsAfter(Duration.ZERO)).containsExactly(0L, 27_000L, 54_000L, 81_000L);
        assertThat(world.sent.get(0).proof().source()).isEqualTo(LOCAL);
        assertThat(world.sent.get(0).proof().destination()).isEqualTo(SERVER);
        assertThat(world.sent.get(0).device()).contains(World.ETH0);
        Clients.Snapshot snapshot = world.snapshot();
        assertThat(snapshot.state()).isEqualTo(State.ANSWERED);
        assertThat(snapshot.since()).isEqualTo(World.START.plusMillis(40));
        assertThat(snapshot.lastProof()).contains(World.START.plusSeconds(81));
        assertThat(snapshot.lastReply()).contains(World.START.plusSeconds(81).plusMillis(40));
        assertThat(snapshot.lastReceived()).isEmpty();
        assertThat(snapshot.nextProof()).contains(Duration.ofSeconds(8));
        assertThat(world.asked).isEmpty();
    }

    @Test
    void aServerThatCeasesToAnswerIsProvedToAfterWaitsThatDoubleUpToTheKeepalive() {
        answered(World.tunnel());
        world.server = Server.MUTE;
        world.pass(17);
        Duration first = world.now();
        world.pass(Duration.ofMillis(900));
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        world.pass(Duration.ofMillis(200));
        assertThat(world.snapshot().state()).isEqualTo(State.SILENT);
        world.pass(120);
        assertThat(world.proofsAfter(first))
                .containsExactly(0L, 1000L, 3000L, 7000L, 15_000L, 31_000L, 58_000L, 85_000L, 112_000L);
    }

    @Test
    void anAnswerEndsTheSilenceAndTheNextProofIsAKeepaliveAway() {
        answered(World.tunnel());
        world.server = Server.MUTE;
        world.pass(30);
        world.server = Server.ECHO;
        world.pass(10);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        Duration last = world.sent.get(world.sent.size() - 1).at();
        assertThat(world.snapshot().since()).isEqualTo(World.START.plus(last).plusMillis(40));
        world.pass(30);
        assertThat(world.proofsAfter(last)).startsWith(0L, 27_000L);
        world.server = Server.MUTE;
        world.pass(27);
        Duration again = world.now();
        assertThat(world.snapshot().state()).as("the waits are short again").isEqualTo(State.SILENT);
        assertThat(world.proofsAfter(again.minusSeconds(27)).size()).isGreaterThanOrEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"0, 750", "0.25, 875", "1, 1250"})
    void waitsAreScattered(double chance, long milliseconds) {
        world.chance = chance;
        world.server = Server.MUTE;
        world.serve(World.tunnel());
        world.pass(2);
        assertThat(world.proofsAfter(Duration.ZERO)).startsWith(0L, milliseconds);
        world.pass(200);
        List<Long> times = world.proofsAfter(Duration.ZERO);
        int last = times.size() - 1;
        assertThat(times.get(last) - times.get(last - 1)).isEqualTo(KEEPALIVE.toMillis());
    }

    @Test
    void anAnswerToAnEarlierProofCounts() {
        world.server = Server.MUTE;
        world.serve(World.tunnel());
        world.pass(4);
        assertThat(world.sent).hasSize(3);
        world.answer(
                world.sent.get(0).proof(), world.sent.get(0).proof().payload().reversed());
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        world.answer(
                world.sent.get(1).proof(), world.sent.get(1).proof().payload().reversed());
        assertThat(world.snapshot().refusals()).as("and later ones do no harm").isEmpty();
    }

    @Test
    void aServerThatNeverAnswersIsNotDead() {
        world.server = Server.MUTE;
        world.serve(World.tunnel("hub.example", Optional.of(KEEPALIVE), LOCAL, SERVER));
        world.pass(600);
        assertThat(world.snapshot().state()).isEqualTo(State.PROVING);
        assertThat(world.proofsAfter(Duration.ofSeconds(100)))
                .as("a proof a keepalive")
                .hasSizeBetween(18, 19);
    }

    @Test
    void withoutAKeepaliveAServerThatNeverAnswersIsLeftInPeace() {
        world.server = Server.MUTE;
        world.serve(World.tunnel("203.0.113.1", Optional.empty(), LOCAL, SERVER));
        world.pass(3600);
        assertThat(world.proofsAfter(Duration.ZERO))
                .containsExactly(0L, 1000L, 3000L, 7000L, 15_000L, 31_000L, 63_000L);
        assertThat(world.snapshot().nextProof()).isEmpty();
    }

    @Test
    void withoutAKeepaliveAServerThatAnsweredIsProvedToOnceAndWhenNothingComesBack() {
        world.traffic(0, 0);
        answered(World.tunnel("203.0.113.1", Optional.empty(), LOCAL, SERVER));
        world.pass(3600);
        assertThat(world.sent).hasSize(1);
        world.moreTraffic(0, 1);
        world.pass(7);
        assertThat(world.sent).hasSize(2);
    }

    @Test
    void trafficThatStaysUnansweredIsAReasonForAProofAtOnce() {
        world.traffic(5, 5);
        answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        world.moreTraffic(0, 1);
        Duration lost = world.now();
        world.pass(60);
        assertThat(world.proofsAfter(lost)).hasSize(1).first().matches(ms -> ms <= 2 * Clients.LOOK.toMillis());
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
    }

    @Test
    void oneWayTrafficCausesFewProofs() {
        world.traffic(0, 0);
        answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        for (int second = 1; second <= 3600; second++) {
            world.at(world.now().plusSeconds(second), () -> world.moreTraffic(0, 10));
        }
        Duration start = world.now();
        world.pass(3600);
        assertThat(world.proofsAfter(start)).hasSizeBetween(12, 2 * 12 + 8);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
    }

    @Test
    void trafficBothWaysCausesNone() {
        world.traffic(0, 0);
        answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        for (int second = 1; second <= 280; second++) {
            world.at(world.now().plusSeconds(second), () -> world.moreTraffic(1, 1));
        }
        world.pass(280);
        assertThat(world.sent).hasSize(1);
        assertThat(world.snapshot().lastReceived().orElseThrow()).isAfter(World.START.plusSeconds(280));
    }

    @Test
    void ofAServerThatNeverAnswersTrafficTellsWhetherItIsAlive() {
        world.server = Server.MUTE;
        world.traffic(0, 0);
        world.serve(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        for (int second = 1; second <= 20; second++) {
            world.at(Duration.ofSeconds(second), () -> world.moreTraffic(1, 1));
        }
        world.pass(20);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        int calm = world.sent.size();
        world.pass(100);
        assertThat(world.sent).as("idle").hasSize(calm);

        world.moreTraffic(0, 1);
        Duration lost = world.now();
        world.pass(20);
        assertThat(world.snapshot().state()).isEqualTo(State.SILENT);
        assertThat(world.proofsAfter(lost)).hasSizeBetween(4, 5);
        world.moreTraffic(1, 0);
        world.pass(2 * Clients.LOOK.toSeconds());
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        int alive = world.sent.size();
        world.pass(200);
        assertThat(world.sent).hasSize(alive);
    }

    @Test
    void aServerThatSendsButDoesNotAnswerIsAskedAgainBeforeThatCounts() {
        world.traffic(0, 0);
        answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        world.server = Server.MUTE;
        for (int second = 1; second <= 60; second++) {
            world.at(world.now().plusSeconds(second), () -> world.moreTraffic(1, 1));
        }
        Duration start = world.now();
        world.clients.proveNow(Set.of());
        world.pass(60);
        assertThat(world.proofsAfter(start)).hasSizeBetween(3, 4);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
    }

    @Test
    void aLinkThatIsMadeAnewBeginsAnew() {
        world.traffic(100, 100);
        answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        world.traffic(0, 1);
        world.pass(20);
        assertThat(world.sent).hasSize(1);
        world.counters.clear();
        world.pass(20);
        world.countersUnreadable = true;
        world.pass(20);
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void anotherDefaultRouteIsAReasonForAProofAtOnceAndManyChangesForOne() {
        Duration start = answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        for (int change = 0; change < 40; change++) {
            world.at(
                    start.plusMillis(change),
                    () -> world.clients.hostChanged(EnumSet.of(KernelChange.ROUTES, KernelChange.DEFAULT_ROUTE)));
        }
        world.at(start.plusMillis(400), () -> world.clients.hostChanged(Set.of(KernelChange.DEFAULT_ROUTE)));
        world.pass(60);
        assertThat(world.proofsAfter(start)).containsExactly(50L, 1050L);
    }

    @ParameterizedTest
    @EnumSource(
            value = KernelChange.class,
            names = {"DEFAULT_ROUTE"},
            mode = EnumSource.Mode.EXCLUDE)
    void otherChangesAreAReasonOnlyWhereNoProofCouldBeSent(KernelChange change) {
        world.obstacle = Optional.of(Errno.EADDRNOTAVAIL);
        world.serve(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        world.pass(200);
        assertThat(world.sent).isEmpty();
        assertThat(world.snapshot().failure()).isPresent();
        world.obstacle = Optional.empty();
        Duration mended = world.now();
        world.clients.hostChanged(Set.of(change));
        world.pass(10);
        assertThat(world.proofsAfter(mended)).containsExactly(50L);
        assertThat(world.snapshot().failure()).isEmpty();
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);

        world.clients.hostChanged(Set.of(change));
        world.pass(100);
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void whatCannotBeSentIsTriedAgain() {
        answered(World.tunnel());
        world.obstacle = Optional.of(Errno.ENETUNREACH);
        world.pass(20);
        assertThat(world.snapshot().state()).isEqualTo(State.SILENT);
        assertThat(world.snapshot().failure().orElseThrow()).contains("sendto");
        world.obstacle = Optional.empty();
        world.pass(30);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
    }

    @Test
    void fromAnotherAddressItProvesItselfAtOnceAndKeepsWhatItKnows() {
        Duration start = answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        world.server = Server.MUTE;
        world.clients.proveNow(Set.of());
        world.answer(world.sent.get(1).proof(), Payload.of(new byte[8]));
        world.server = Server.ECHO;
        Endpoint moved = new Endpoint(Ipv4.of("198.51.100.7"), 20000);
        world.serve(World.tunnel("203.0.113.1", FIVE_MINUTES, moved, SERVER));
        assertThat(world.snapshot().state()).isEqualTo(State.PROVING);
        world.answer(
                world.sent.get(1).proof(), world.sent.get(1).proof().payload().reversed());
        assertThat(world.snapshot().state()).as("an answer to where we were").isEqualTo(State.PROVING);
        world.pass(5);
        assertThat(world.proofsAfter(start)).containsExactly(0L, 0L);
        assertThat(world.sent.get(2).proof().source()).isEqualTo(moved);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        assertThat(world.snapshot().refusals()).isEqualTo(Map.of(RejectionReason.WRONG_KEY, 1L));
    }

    @Test
    void unchangedTunnelsGoOnAndRemovedOnesEnd() {
        Duration start = answered(World.tunnel());
        world.serve(World.tunnel());
        world.pass(5);
        assertThat(world.proofsAfter(start)).isEmpty();
        world.serve();
        world.pass(100);
        assertThat(world.proofsAfter(start)).isEmpty();
        assertThat(world.clients.snapshots()).isEmpty();
        assertThat(world.clients.proveNow(Set.of())).isEmpty();
    }

    @Test
    void anotherEntryOfThatNameBeginsAnew() {
        Duration start = answered(World.tunnel());
        world.serve(World.tunnel("203.0.113.1", Optional.of(Duration.ofSeconds(60)), LOCAL, SERVER));
        assertThat(world.snapshot().lastReply()).isEmpty();
        world.pass(70);
        assertThat(world.proofsAfter(start)).containsExactly(0L, 60_000L);
    }

    @Test
    void aProofIsSentWhenAsked() {
        Duration start = answered(World.tunnel());
        assertThat(world.clients.proveNow(Set.of(new LinkName("other")))).isEmpty();
        assertThat(world.clients.proveNow(Set.of(TUNNEL))).containsExactly(TUNNEL);
        assertThat(world.clients.proveNow(Set.of())).containsExactly(TUNNEL);
        assertThat(world.proofsAfter(start)).hasSize(2);
        world.pass(30);
        assertThat(world.proofsAfter(start)).as("the next is a keepalive later").containsExactly(0L, 0L, 27_000L);
    }

    @Test
    void aHostThatSleptProvesItselfWhenItWakes() {
        Duration start = answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        world.setClockAhead(Duration.ofSeconds(4));
        world.pass(10);
        assertThat(world.proofsAfter(start)).as("a clock that is set").isEmpty();
        world.setClockAhead(Duration.ofHours(8));
        world.pass(10);
        assertThat(world.proofsAfter(start)).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackChangesNothing() {
        Duration start = answered(World.tunnel());
        world.setClockAhead(Duration.ofDays(-365));
        world.pass(44);
        assertThat(world.proofsAfter(start)).containsExactly(17_000L, 44_000L);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
    }

    @Test
    void aNameIsLookedUpAgainWhileItsServerIsSilentAndRarelyThen() {
        answered(World.tunnel("hub.example", Optional.of(KEEPALIVE), LOCAL, SERVER));
        world.pass(60);
        assertThat(world.questions).isEmpty();
        world.server = Server.MUTE;
        world.pass(30);
        assertThat(world.questions).hasSize(1);
        world.pass(60);
        assertThat(world.questions).as("one at a time").hasSize(1);
        world.questions.remove().run();
        assertThat(world.asked).containsExactly(Set.of("hub.example"));
        for (int hour = 0; hour < 3600; hour++) {
            world.pass(1);
            while (!world.questions.isEmpty()) {
                world.questions.remove().run();
            }
        }
        assertThat(world.asked).hasSizeBetween(12, 12 + 9);
        world.server = Server.ECHO;
        world.pass(30);
        int alive = world.asked.size();
        world.pass(600);
        assertThat(world.asked).hasSize(alive);
        assertThat(world.questions).isEmpty();
    }

    @Test
    void aNetworkWithAnotherDefaultRouteMayHaveOtherAnswers() {
        answered(World.tunnel("hub.example", FIVE_MINUTES, LOCAL, SERVER));
        world.server = Server.MUTE;
        world.clients.proveNow(Set.of());
        world.pass(3);
        world.questions.remove().run();
        world.clients.hostChanged(Set.of(KernelChange.DEFAULT_ROUTE));
        world.pass(1);
        assertThat(world.questions).hasSize(1);
    }

    @Test
    void anAddressIsNoName() {
        answered(World.tunnel());
        world.server = Server.MUTE;
        world.pass(600);
        assertThat(world.questions).isEmpty();
    }

    @Test
    void aServersNewAddressIsProvedToAtOnce() {
        answered(World.tunnel("hub.example", FIVE_MINUTES, LOCAL, SERVER));
        Endpoint moved = new Endpoint(Ipv4.of("203.0.113.99"), 10000);
        Duration start = world.now();
        world.serve(World.tunnel("hub.example", FIVE_MINUTES, LOCAL, moved));
        world.pass(1);
        assertThat(world.proofsAfter(start)).containsExactly(0L);
        assertThat(world.snapshot().server()).isEqualTo(moved);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
    }

    @Test
    void whatIsNoAnswerIsCountedAndChangesNothing() {
        world.server = Server.MUTE;
        world.serve(World.tunnel());
        world.pass(1);
        world.answer(world.sent.get(0).proof(), Payload.of(new byte[8]));
        world.answer(world.sent.get(0).proof(), Payload.of(new byte[1]));
        assertThat(world.snapshot().state()).isEqualTo(State.PROVING);
        assertThat(world.snapshot().refusals())
                .isEqualTo(Map.of(RejectionReason.WRONG_KEY, 1L, RejectionReason.FAILED, 1L));
    }

    @Test
    void aRecordedAnswerBringsNoServerToLife() {
        world.server = Server.MUTE;
        world.serve(World.tunnel());
        world.pass(1);
        Payload genuine = world.stamped(World.START.plusSeconds(1));
        world.answer(world.sent.get(0).proof(), genuine);
        assertThat(world.snapshot().state()).isEqualTo(State.ANSWERED);
        world.pass(30);
        assertThat(world.snapshot().state()).isEqualTo(State.SILENT);
        world.answer(world.sent.get(0).proof(), genuine);
        world.answer(world.sent.get(0).proof(), world.stamped(Instant.EPOCH));
        assertThat(world.snapshot().state()).isEqualTo(State.SILENT);
        assertThat(world.snapshot().refusals())
                .isEqualTo(Map.of(RejectionReason.REPLAY, 1L, RejectionReason.CLOCK_SKEW, 1L));
    }

    @Test
    void strangersAreNotOurServers() {
        answered(World.tunnel());
        Endpoint stranger = new Endpoint(SERVER.address(), 10001);
        assertThat(world.clients.offer(LOCAL, new AuthPacket(Payload.of(new byte[8]), stranger, World.START)))
                .isFalse();
    }

    @Test
    void anIdleClientRarelyWakes() {
        answered(World.tunnel("203.0.113.1", FIVE_MINUTES, LOCAL, SERVER));
        int before = world.steps;
        world.pass(60);
        assertThat(world.steps - before).isLessThanOrEqualTo(22);
    }
}
