package io.ipipou.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostStatusTest {

    private static final HostStatus HOST = new HostStatus(
            List.of(), Map.of("ipipou0", Map.of("state", "unknown", "endpoint", "203.0.113.1:10000")), Map.of());

    private static String text(String peer) throws Exception {
        String answer = "{\"peers\": {\"ipipou0\": %s}, \"packets\": {\"refusals\": {}}}".formatted(peer);
        return HostStatus.text(HOST.document(Optional.of(new ObjectMapper().readTree(answer))));
    }

    @Test
    void aServerThatAnswersIsALine() throws Exception {
        assertThat(text("""
                {"state": "answered", "since": "2026-11-22T12:00:00.25Z", "endpoint": "203.0.113.1:10000",
                 "last_proof": "2026-11-22T12:00:00.1Z", "last_reply": "2026-11-22T12:00:00.25Z",
                 "last_received": null, "next_proof_in": 20, "failure": null, "refusals": {"wrong-key": 2}}
                """)).isEqualTo("""

                The agent is running.
                PEER OF          STATE     ENDPOINT               EXPIRES IN  LAST PROOF            REFUSED
                ipipou0          answered  203.0.113.1:10000      -           2026-11-22T12:00:00Z  2 wrong-key
                """);
    }

    @Test
    void ofASilentOneItSaysWhatIsWrong() throws Exception {
        assertThat(text("""
                {"state": "silent", "since": "2026-11-22T12:00:01.1Z", "endpoint": "203.0.113.1:10000",
                 "last_proof": "2026-11-22T12:00:00.1Z", "last_reply": "2026-11-22T11:50:00Z", "last_received": null,
                 "next_proof_in": 4, "failure": "sendto: Network is unreachable (ENETUNREACH)", "refusals": {}}
                """)).endsWith("""
                ipipou0          silent    203.0.113.1:10000      -           2026-11-22T12:00:00Z  -
                  no proof could be sent: sendto: Network is unreachable (ENETUNREACH)
                  no life since 2026-11-22T12:00:01Z; the next proof is in 4 s
                """);
    }

    @Test
    void withoutAnAgentOnlyTheKernelsPartIsShown() {
        assertThat(HostStatus.text(HOST.document(Optional.empty())))
                .contains("The agent is not running.")
                .containsPattern("ipipou0 +unknown +203.0.113.1:10000 +- +- +-");
    }
}
