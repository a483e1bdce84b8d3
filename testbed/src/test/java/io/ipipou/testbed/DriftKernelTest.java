package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Others change what the agent keeps. */
@Timeout(300)
class DriftKernelTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void aProgramThatDeletesALinkOverAndOverIsNotRacedAgainst(String backend) throws Exception {
        try (DriftHost host = new DriftHost(directory, backend, 2);
                Agent agent = host.agent()) {
            Background loop = host.namespace()
                    .start("sh", "-c", "while :; do ip link delete dev t0 2>/dev/null; sleep 0.5; done");
            await("it is a fight", () -> agent.repairs().contended().contains(new ResourceId("tunnel", "t0")));
            long start = System.nanoTime();
            long before = agent.repairs().count();

            host.namespace().ip("route", "delete", DriftHost.route(1));
            await("what nobody fights over is mended", () -> host.proc("route").contains("t1\t0000010A"));
            Thread.sleep(3000);
            loop.kill();
            long repairs = agent.repairs().count() - before;
            double passed = (System.nanoTime() - start) / 1e9;
            System.out.printf("drift: %s: %d repairs in %.1f s of a fight%n", backend, repairs, passed);
            // After 1, 2, 4, 8, ... s, and once because of the other.
            assertThat(repairs).isBetween(1L, 2 + (long) (Math.log(passed + 1) / Math.log(2)));

            await("the link is back for good", () -> host.proc("route").contains("t0\t0000000A"));
            await("the fight is over", () -> agent.repairs().contended().isEmpty());
            assertThat(host.proc("route")).contains("t0\t0000000A");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void whatSomebodyDeletesIsBack(String backend) throws Exception {
        try (DriftHost host = new DriftHost(directory, backend, 1);
                Agent agent = host.agent();
                Backend hand = host.hand()) {
            ObservedState right = hand.observe();
            for (List<String> deletion : List.of(
                    List.of("ip", "link", "delete", "dev", "t0"),
                    List.of("ip", "fou", "del", "port", String.valueOf(DriftHost.port(0))),
                    List.of("ip", "address", "flush", "dev", "t0"),
                    List.of("ip", "route", "delete", DriftHost.route(0)),
                    List.of("nft", "flush", "ruleset"))) {
                long before = agent.repairs().count();
                host.namespace().run(deletion.toArray(String[]::new));
                await(deletion + " is mended", () -> agent.repairs().count() > before);
                assertThat(hand.observe()).as(deletion.toString()).isEqualTo(right);
            }
        }
    }

    @Test
    void anAgentThatOnlyReportsSaysWhatDiffersAndLeavesIt() throws Exception {
        try (DriftHost host = new DriftHost(directory, "netlink", 1);
                AgentProcess agent = host.process("--drift", "report");
                Backend hand = host.hand()) {
            Route route = hand.observe().routes().stream()
                    .filter(each -> each.destination().toString().equals(DriftHost.route(0)))
                    .findFirst()
                    .orElseThrow();
            FouListener listener = FouListener.onPort(DriftHost.port(0));
            hand.execute(List.of(Operation.delete(route)));
            agent.awaitLine("drift detected (not repaired): [+ route." + DriftHost.route(0) + "]");
            hand.execute(List.of(Operation.delete(listener)));
            agent.awaitLine("+ listener.0.0.0.0:" + DriftHost.port(0));
            assertThat(hand.observe().routes()).doesNotContain(route);
            hand.execute(List.of(Operation.create(listener), Operation.create(route)));
            agent.awaitLine("no drift any more: the host matches the configuration");
        }
    }

    @Test
    void aSecondAgentIsTurnedAwayAndTheFirstGoesOn() throws Exception {
        try (DriftHost host = new DriftHost(directory, "netlink", 1);
                AgentProcess agent = host.process()) {
            Command.Result second = host.namespace().call(() -> AgentProcess.attempt(directory));
            assertThat(second.output()).contains("another agent runs on this host; it answers at ");
            assertThat(second.output()).doesNotContain("Exception");
            assertThat(second.status()).isEqualTo(75);
            host.namespace().ip("route", "delete", DriftHost.route(0));
            await("the first agent mends it", () -> host.proc("route").contains("t0\t0000000A"));
            assertThat(agent.isAlive()).isTrue();
        }
    }
}
