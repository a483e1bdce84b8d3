package io.ipipou.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.agent.PacketCounts;
import io.ipipou.agent.client.ClientSnapshot;
import io.ipipou.agent.client.ClientState;
import io.ipipou.agent.converge.ConvergenceStatus;
import io.ipipou.agent.peer.PeerCounts;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.Outage;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncStatus;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.source.Revision;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.RuleCounter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {

    private static final Path DOCUMENT = Path.of("../../docs/operations.md");

    private static final ClientSnapshot SILENT = new ClientSnapshot(
            ClientState.SILENT,
            Instant.EPOCH,
            new Endpoint(Ipv4.of("192.0.2.1"), 7),
            "192.0.2.1:7",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty());

    private static final SourceRef SOURCE = new SourceRef("git", "https://git.example.net/hosts", "main", "hub.yaml");

    private static final SyncStatus STATUS = new SyncStatus(
            SOURCE,
            Optional.of(new LastGoodRevision(
                    1,
                    SOURCE,
                    new Revision("abc1234", "somebody", Instant.ofEpochMilli(1500), Signature.NONE),
                    Instant.ofEpochSecond(2),
                    Optional.empty(),
                    "")),
            new SyncStatus.Events(
                    1,
                    SOURCE,
                    Optional.empty(),
                    Optional.of(Instant.ofEpochSecond(2)),
                    Optional.of(new Outage(Instant.ofEpochSecond(3), Optional.empty(), "no route"))));

    private static AgentMetrics metrics() {
        return new AgentMetrics(
                "0.2.0",
                new ConvergenceStatus(
                        3,
                        1,
                        4,
                        Map.of(ConvergenceStatus.State.OK, 7L, ConvergenceStatus.State.MISSING, 1L),
                        2,
                        List.of()),
                new PeerCounts(5, 2, 1, 99, Map.of(RejectionReason.WRONG_KEY, 12L)),
                List.of(SILENT),
                new PacketCounts(Map.of(), Optional.empty(), 8, 9),
                Map.of("native IPIP", new RuleCounter(3, 252)),
                Optional.of(STATUS));
    }

    private static String page(String accept) throws Exception {
        return new String(Metrics.page(AgentMetricsTest::metrics, accept).body(), StandardCharsets.UTF_8);
    }

    @Test
    void theAgentsReadingsAreExposed() throws Exception {
        assertThat(page("").lines().filter(line -> !line.startsWith("#")))
                .contains(
                        "ipipou_build_info{version=\"0.2.0\"} 1",
                        "ipipou_applies_total{result=\"converged\"} 3.0",
                        "ipipou_applies_total{result=\"failed\"} 1.0",
                        "ipipou_drift_repairs_total 4.0",
                        "ipipou_drift_resources 2.0",
                        "ipipou_tunnels{state=\"ok\"} 7.0",
                        "ipipou_tunnels{state=\"missing\"} 1.0",
                        "ipipou_tunnels{state=\"extra\"} 0.0",
                        "ipipou_peers{state=\"admitted\"} 5.0",
                        "ipipou_peers{state=\"expired\"} 2.0",
                        "ipipou_peers{state=\"waiting\"} 1.0",
                        "ipipou_auth_accepted_total 99.0",
                        "ipipou_auth_rejected_total{reason=\"wrong-key\"} 12.0",
                        "ipipou_auth_rejected_total{reason=\"replay\"} 0.0",
                        "ipipou_servers{state=\"silent\"} 1.0",
                        "ipipou_servers{state=\"answered\"} 0.0",
                        "ipipou_auth_dropped_total 8.0",
                        "ipipou_queue_overruns_total 9.0",
                        "ipipou_gate_packets_total{rule=\"native IPIP\"} 3.0",
                        "ipipou_gate_bytes_total{rule=\"native IPIP\"} 252.0",
                        "ipipou_source_reachable 0.0",
                        "ipipou_source_revision_rejected 0.0",
                        "ipipou_source_contact_timestamp_seconds 2.0",
                        "ipipou_source_revision_timestamp_seconds 1.5");
    }

    @Test
    void openMetricsIsServedOnRequest() throws Exception {
        assertThat(page("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"))
                .contains("# TYPE ipipou_applies counter", "ipipou_applies_total{result=\"failed\"} 1.0")
                .endsWith("# EOF\n");
    }

    @Test
    void aScrapeFailsIfTheGateCannotBeRead() {
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> Metrics.page(
                        () -> {
                            throw new BackendException("no netlink today");
                        },
                        ""));
    }

    /** A row of the table: name, type, labels, meaning. */
    @Test
    void theDocumentationListsExactlyTheExposedMetrics() throws Exception {
        List<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `ipipou_"))
                .map(line -> line.split(" *\\| *")[1] + " " + line.split(" *\\| *")[2])
                .toList();
        List<String> exposed = Pattern.compile("# TYPE (\\S+) (\\S+)")
                .matcher(page(""))
                .results()
                .map(type -> "`" + type.group(1) + "` " + type.group(2))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(exposed);
    }
}
