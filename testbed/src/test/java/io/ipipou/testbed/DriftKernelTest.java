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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outside changes to what the agent manages. */
class DriftKernelTest {

    @TempDir
    private Path directory;

    /** The netlink backend alone: when to repair is the agent's decision. */
    @Test
    void repairsOfALinkThatIsDeletedRepeatedlyAreDelayed() throws Exception {
        try (DriftHost host = new DriftHost(directory, "netlink", 2);
                Agent agent = host.agent()) {
            Background loop = host.namespace()
                    .start("sh", "-c", "while :; do ip link delete dev t0 2>/dev/null; sleep 0.5; done");
            Wait.until(
                    "the link is contended",
                    () -> agent.repairs().contended().contains(new ResourceId("tunnel", "t0")));
            long start = System.nanoTime();
            long before = agent.repairs().count();

            host.namespace().ip("route", "delete", DriftHost.route(1));
            Wait.until("the route, which is not contended, is repaired", () -> host.proc("route")
                    .contains("t1\t0000010A"));
            Wait.until("the link is repaired again", () -> agent.repairs().count() >= before + 2);
            loop.kill();
            long repairs = agent.repairs().count() - before;
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("drift: %d repairs in %.1f s of contention%n", repairs, seconds);
            // One of the route, and of the link after 1, 2, 4, 8, ... s.
            assertThat(repairs).isLessThanOrEqualTo(2 + (long) (Math.log(seconds + 1) / Math.log(2)));

            Wait.until("nothing is contended", () -> agent.repairs().contended().isEmpty());
            assertThat(host.proc("route")).contains("t0\t0000000A");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void recreatesWhatIsDeleted(String backend) throws Exception {
        try (DriftHost host = new DriftHost(directory, backend, 1);
                Agent agent = host.agent();
                Backend outside = host.outsideBackend()) {
            ObservedState before = outside.observe();
            for (List<String> deletion : List.of(
                    List.of("ip", "link", "delete", "dev", "t0"),
                    List.of("ip", "fou", "del", "port", String.valueOf(DriftHost.port(0))),
                    List.of("ip", "address", "flush", "dev", "t0"),
                    List.of("ip", "route", "delete", DriftHost.route(0)),
                    List.of("nft", "flush", "ruleset"))) {
                long repairs = agent.repairs().count();
                host.namespace().run(deletion.toArray(String[]::new));
                Wait.until("repaired after " + deletion, () -> agent.repairs().count() > repairs);
                assertThat(outside.observe()).as(deletion.toString()).isEqualTo(before);
            }
        }
    }

    @Test
    void withDriftReportTheAgentLogsDriftAndDoesNotRepairIt() throws Exception {
        try (DriftHost host = new DriftHost(directory, "netlink", 1);
                AgentProcess agent = host.process("--drift", "report");
                Backend outside = host.outsideBackend()) {
            Route route = outside.observe().routes().stream()
                    .filter(each -> each.destination().toString().equals(DriftHost.route(0)))
                    .findFirst()
                    .orElseThrow();
            FouListener listener = FouListener.onPort(DriftHost.port(0));
            outside.execute(List.of(Operation.delete(route)));
            agent.awaitLine("drift detected (not repaired): [+ route." + DriftHost.route(0) + "]");
            outside.execute(List.of(Operation.delete(listener)));
            agent.awaitLine("+ listener.0.0.0.0:" + DriftHost.port(0));
            assertThat(outside.observe().routes()).doesNotContain(route);
            outside.execute(List.of(Operation.create(listener), Operation.create(route)));
            agent.awaitLine("drift resolved: the host matches the configuration");
        }
    }

    @Test
    void aSecondAgentIsRefusedAndTheFirstContinues() throws Exception {
        try (DriftHost host = new DriftHost(directory, "netlink", 1);
                AgentProcess first = host.process()) {
            Command.Result second = host.namespace().call(() -> AgentProcess.attempt(directory, host.file()));
            assertThat(second.output())
                    .contains("another agent runs on this host; it answers at ")
                    .doesNotContain("Exception");
            assertThat(second.status()).isEqualTo(75);
            host.namespace().ip("route", "delete", DriftHost.route(0));
            Wait.until("the first agent has repaired the route", () -> host.proc("route")
                    .contains("t0\t0000000A"));
            assertThat(first.isAlive()).isTrue();
        }
    }
}
