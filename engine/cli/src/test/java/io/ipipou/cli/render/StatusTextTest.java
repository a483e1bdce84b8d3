package io.ipipou.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ipipou.agent.fault.Fault;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.RuleCounter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    private static final String ADMITTED = """
            {"state": "admitted", "endpoint": "198.51.100.7:4001", "last_authentication": "2026-11-22T12:00:00.25Z"}
            """;

    private static final String REJECTED = """
            {"at": "2026-11-22T12:00:00.1Z", "endpoint": "198.51.100.7:4001", "code": "clock-skew",
             "reason": "its clock is 9 s behind this host's", "remedy": "check NTP"}
            """;

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    private static TunnelStatus tunnel(String name, TunnelStatus.State state) {
        return new TunnelStatus(
                name,
                state,
                Optional.empty(),
                state == TunnelStatus.State.UP
                        ? Optional.of(new LinkCounters(3, 252, 0, 0, 12, 1008, 0, 0))
                        : Optional.empty(),
                List.of());
    }

    private static Fault fault(String server, String peer, String packets, boolean agentRuns) throws Exception {
        TunnelFaults faults = new TunnelFaults(
                Map.of("lte0", new Fault("device wwan0 does not exist", "plug it in")),
                Map.of("laptop0", new Endpoint(Ipv4.of("203.0.113.1"), 10000)),
                Map.of("hub0", json(server), "laptop0", json(peer)),
                packets.isEmpty() ? MissingNode.getInstance() : json(packets),
                agentRuns);
        Optional<Fault> hub = faults.of("hub0", TunnelStatus.State.UP);
        return hub.isPresent()
                ? hub.get()
                : faults.of("laptop0", TunnelStatus.State.WAITING).orElse(new Fault("none", "none"));
    }

    @Test
    void tunnelsAreOneTableWithTheReasonsBelowTheRows() throws Exception {
        HostStatus status = new HostStatus(
                List.of(tunnel("a-long-tunnel", TunnelStatus.State.UP), tunnel("b0", TunnelStatus.State.WAITING)),
                Map.of("b0", new Fault("it has not authenticated", "check its agent")),
                List.of(),
                Map.of("a-long-tunnel", json(ADMITTED), "b0", json("{\"state\": \"waiting\", \"endpoint\": null}")),
                Map.of("IPIP without UDP", new RuleCounter(5, 500), "to the agent", new RuleCounter(0, 0)),
                Optional.of(json(
                        "{\"packets\": {\"refusals\": {\"wrong-key\": 12, \"malformed\": 3}, \"last_rejection\": %s}}"
                                .formatted(REJECTED))),
                Optional.empty());
        assertThat(StatusText.of(status)).isEqualTo("""
                TUNNEL         STATE    PEER      LAST AUTH             RECEIVED         SENT               ENDPOINTS
                a-long-tunnel  up       admitted  2026-11-22T12:00:00Z  3 packets 252 B  12 packets 1008 B  -
                b0             waiting  waiting   -                     -                -                  -
                  it has not authenticated (check its agent)

                The agent is running.
                12 authentication packets matched no peer (wrong key or secret)
                3 authentication packets matched no peer (malformed)
                  the last came from 198.51.100.7:4001 at 2026-11-22T12:00:00Z
                gate: 5 packets IPIP without UDP
                """);
        assertThat(StatusText.of(status.only(Set.of("b0")))).doesNotContain("a-long-tunnel");
    }

    @Test
    void aServersFaultIsTheAgents() throws Exception {
        String silent =
                "{\"state\": \"silent\", \"fault\": {\"reason\": \"nobody answers\", \"remedy\": \"check it\"}}";
        assertThat(fault(silent, ADMITTED, "", true)).hasToString("nobody answers (check it)");
        assertThat(fault("{\"state\": \"answered\", \"fault\": null}", ADMITTED, "", true))
                .hasToString("none (none)");
        assertThat(fault("{\"state\": \"unknown\"}", ADMITTED, "", true).remedy())
                .isEqualTo("run: ipipou apply");
        assertThat(fault("{\"state\": \"unknown\"}", ADMITTED, "", false).reason())
                .startsWith("no agent runs on this host");
    }

    @Test
    void aPeerThatIsNotAdmittedIsExplained() throws Exception {
        String server = "{\"state\": \"answered\"}";
        assertThat(fault(server, "{\"state\": \"waiting\", \"last_rejection\": %s}".formatted(REJECTED), "", true))
                .hasToString("its authentication is rejected: its clock is 9 s behind this host's,"
                        + " last from 198.51.100.7:4001 at 2026-11-22T12:00:00Z (check NTP)");
        assertThat(fault(server, "{\"state\": \"waiting\"}", "{\"last_rejection\": %s}".formatted(REJECTED), true)
                        .reason())
                .startsWith("it has not authenticated, but packets of an unknown peer are rejected: its clock is 9 s");
        assertThat(fault(server, "{\"state\": \"expired\"}", "", true).reason())
                .isEqualTo("its admission has expired, and it has not authenticated again:"
                        + " no authentication packet has arrived at 203.0.113.1:10000");
        assertThat(fault(server, "{\"state\": \"waiting\"}", "", false).reason())
                .startsWith("no agent runs on this host");
    }

    @Test
    void causesComeBeforeSymptoms() throws Exception {
        TunnelFaults faults = new TunnelFaults(
                Map.of("lte0", new Fault("device wwan0 does not exist", "plug it in")),
                Map.of(),
                Map.of("lte0", json("{\"state\": \"unknown\"}"), "hub0", json("{\"state\": \"unknown\"}")),
                MissingNode.getInstance(),
                false);
        assertThat(faults.of("lte0", TunnelStatus.State.MISSING).orElseThrow().reason())
                .isEqualTo("device wwan0 does not exist");
        assertThat(faults.of("hub0", TunnelStatus.State.DOWN).orElseThrow())
                .hasToString("its link is down (run: ipipou apply)");
    }
}
