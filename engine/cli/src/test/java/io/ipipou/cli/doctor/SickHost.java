package io.ipipou.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.cli.option.PluginOptions;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.json.Json;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.netlink.route.FoundRoute;
import io.ipipou.netlink.route.RouteQuery;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.RuleCounter;
import io.ipipou.testkit.FakeKernel;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** A fake host on which all is well until a test breaks something: device eth0 with 203.0.113.1, and all kernel modules. */
final class SickHost {

    static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());

    final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
    final Map<String, NameAnswer> names = new HashMap<>();
    /** What links have counted. */
    final Map<LinkName, LinkCounters> counters = new HashMap<>();
    /** What rules of the gate have counted. */
    final Map<String, RuleCounter> gate = new HashMap<>();

    /** The routes of the kernel by destination; others leave through eth0. */
    final Map<Ipv4, Reply<FoundRoute>> routes = new HashMap<>();

    final Map<LinkName, Integer> indexes = Map.of(new LinkName("eth0"), 2, new LinkName("t0"), 7);
    FileFacts files = new FileFacts("/etc/ipipou/tunnels.yaml", Optional.empty(), List.of(), Set.of(), List.of());
    boolean clockSynchronised = true;
    private final PluginOptions plugins = new PluginOptions(new Terminal(NOWHERE, NOWHERE, false));
    private final Path root;
    private AgentFacts agent = AgentFacts.NOT_RUNNING;

    /** @param root in which the host's files are */
    SickHost(Path root) throws Exception {
        this.root = root;
        for (String module : List.of("fou", "ipip", "nf_tables", "nft_queue", "nfnetlink_queue")) {
            Files.createDirectories(root.resolve("sys/module/" + module));
        }
        file("proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
    }

    void file(String name, String text) throws Exception {
        Path file = root.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    void delete(String name) throws Exception {
        Files.delete(root.resolve(name));
    }

    /** An agent that receives from the queue, and whose answer to {@code status} has these peers. */
    void agent(String peers) throws Exception {
        agent(peers, "null");
    }

    /** @param unmatched the last rejected packet that matched no peer */
    void agent(String peers, String unmatched) throws Exception {
        JsonNode status =
                Json.read("{\"peers\": {" + peers + "}, \"packets\": {\"last_rejection\": " + unmatched + "}}");
        agent = new AgentFacts(Optional.of("/etc/ipipou/tunnels.yaml"), status, Optional.empty());
        file("proc/thread-self/net/netfilter/nfnetlink_queue", "    0   1000     0 2 65531     0     0        0  1\n");
    }

    void silentAgent(String problem) {
        agent = new AgentFacts(Optional.empty(), Json.tree(null), Optional.of(problem));
    }

    private Map<RouteQuery, Reply<FoundRoute>> find(Collection<RouteQuery> queries) {
        return queries.stream().collect(Collectors.toMap(query -> query, query -> {
            String inner = query.destination().toString().startsWith("172.28.") ? "t0" : "eth0";
            return routes.getOrDefault(query.destination(), route(inner));
        }));
    }

    static Reply<FoundRoute> route(String device) {
        return new Reply<>(
                Ack.OK,
                Optional.of(new FoundRoute(
                        new LinkName(device),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        OptionalInt.empty(),
                        Optional.empty())));
    }

    Config config(String yaml) throws Exception {
        return new ConfigReader(plugins.known())
                .read(new Source("tunnels.yaml", yaml.getBytes(UTF_8), root))
                .config();
    }

    private Reconciler reconciler(Config config, Backend backend) {
        return new Reconciler(config, plugins.schemes(), backend, () -> names, EndpointLookup.KERNEL);
    }

    void apply(String yaml) throws Exception {
        try (Backend backend = kernel.backend()) {
            reconciler(config(yaml), backend).repair(new Journal(root.resolve("state"), "netlink"), plan -> {});
        }
    }

    /** Applies the file with every peer at this endpoint, admitted for an hour. */
    void admit(String yaml, Endpoint endpoint) throws Exception {
        LearntEndpoint learnt = LearntEndpoint.admitted(endpoint, Duration.ofHours(1));
        try (Backend backend = kernel.backend()) {
            new Reconciler(
                            config(yaml),
                            plugins.schemes(),
                            backend,
                            () -> names,
                            (tunnel, inKernel) -> Optional.of(learnt))
                    .repair(new Journal(root.resolve("state"), "netlink"), plan -> {});
        }
    }

    Diagnosis diagnose(String yaml) throws Exception {
        Config config = config(yaml);
        try (Backend backend = kernel.backend()) {
            HostFacts.Kernel read = HostFacts.Kernel.read(backend);
            Map<String, RuleCounter> counted = new HashMap<>(read.gate());
            counted.putAll(gate);
            Map<LinkName, LinkCounters> traffic = new HashMap<>(read.counters());
            traffic.putAll(counters);
            HostFacts facts = Doctor.read(
                    config,
                    new HostFacts.Kernel(read.state(), traffic, counted),
                    reconciler(config, backend),
                    new HostFacts.Surroundings(
                            agent, new KernelFiles(root), files, clockSynchronised, NOW, indexes, this::find));
            return Doctor.diagnose(facts, tunnel -> true);
        }
    }

    /** What people read of a host with this file. */
    String text(String yaml) throws Exception {
        return DiagnosisText.of(diagnose(yaml), false);
    }
}
