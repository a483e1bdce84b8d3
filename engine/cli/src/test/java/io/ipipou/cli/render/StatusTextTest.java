package io.ipipou.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ipipou.spi.state.RuleCounter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    private static final Map<String, Map<String, Object>> PEERS =
            Map.of("ipipou0", Map.of("state", "unknown", "endpoint", "203.0.113.1:10000"));

    private static String text(String peer, String rejections) throws Exception {
        String answer = "{\"peers\": {\"ipipou0\": %s}, \"packets\": {\"refusals\": %s}}".formatted(peer, rejections);
        return StatusText.of(new HostStatus(
                List.of(),
                PEERS,
                Map.of("IPIP without UDP", new RuleCounter(5, 500), "to the agent", new RuleCounter(0, 0)),
                Optional.of(new ObjectMapper().readTree(answer)),
                Optional.empty()));
    }

    @Test
    void aServerThatRepliesIsOneLine() throws Exception {
        assertThat(text("""
                {"state": "answered", "since": "2026-11-22T12:00:00.25Z", "endpoint": "203.0.113.1:10000",
                 "last_authentication": "2026-11-22T12:00:00.1Z", "last_reply": "2026-11-22T12:00:00.25Z",
                 "last_received": null, "next_authentication_in": 20, "failure": null, "refusals": {"wrong-key": 2}}
                """, "{}")).isEqualTo("""
                No tunnels.

                The agent is running.
                TUNNEL           PEER STATE ENDPOINT               EXPIRES IN  LAST AUTH             REJECTED
                ipipou0          answered   203.0.113.1:10000      -           2026-11-22T12:00:00Z  2 wrong-key
                gate: 5 packets IPIP without UDP
                """);
    }

    @Test
    void aSilentServerIsExplained() throws Exception {
        assertThat(text("""
                {"state": "silent", "since": "2026-11-22T12:00:01.1Z", "endpoint": "203.0.113.1:10000",
                 "last_authentication": "2026-11-22T12:00:00.1Z", "last_reply": "2026-11-22T11:50:00Z", "last_received": null,
                 "next_authentication_in": 4, "failure": "sendto: Network is unreachable (ENETUNREACH)", "refusals": {}}
                """, "{\"wrong-key\": 12, \"clock-skew\": 3}")).endsWith("""
                ipipou0          silent     203.0.113.1:10000      -           2026-11-22T12:00:00Z  -
                  cannot send authentication packets: sendto: Network is unreachable (ENETUNREACH)
                  no reply since 2026-11-22T12:00:01Z, next attempt in 4 s
                12 authentication packets matched no peer (wrong key or secret)
                3 authentication packets matched no peer (clock-skew)
                gate: 5 packets IPIP without UDP
                """);
    }

    @Test
    void withoutAnAgentOnlyWhatTheKernelKnowsIsShown() {
        assertThat(StatusText.of(new HostStatus(List.of(), PEERS, Map.of(), Optional.empty(), Optional.empty())))
                .contains("The agent is not running.")
                .containsPattern("ipipou0 +unknown +203.0.113.1:10000 +- +- +-");
    }
}
