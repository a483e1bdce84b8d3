package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.agent.Agent;
import io.ipipou.agent.control.ControlClient;
import io.ipipou.agent.follow.SourceFollower;
import io.ipipou.cli.agent.AgentConfig;
import io.ipipou.cli.host.ApplyOptions;
import io.ipipou.cli.host.PullTarget;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.RevisionTarget;
import io.ipipou.core.source.SourcePolicy;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncResult;
import io.ipipou.core.source.SyncStateFiles;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceProvider;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub that follows a git repository, and a branch with the repository's server and the other ends of the hub's tunnels. */
class GitKernelTest {

    private static final Duration INTERVAL = Duration.ofSeconds(4);
    private static final Duration FETCH_TIMEOUT = Duration.ofMinutes(2);

    private static final String PATH = "hosts/hub.yaml";

    private static final Path RUN = Path.of("/run/ipipou");
    private static final Path STATE = Path.of("/var/lib/ipipou");

    private static final ConfigReader READER = Plugins.BUILT_IN.reader();

    private static final String ONE = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0}}
            peers: {b0: {endpoint: "203.0.113.2:10000"}, b1: {endpoint: "203.0.113.3:10001"}}
            tunnels:
              t0: {peer: b0, local: {port: 10000}, inner: {address: 172.28.0.0, peer: 172.28.0.1}}
            """;
    private static final String TWO =
            ONE + "  t1: {peer: b1, local: {port: 10001}, inner: {address: 172.28.0.2, peer: 172.28.0.3}}\n";

    private static final String BRANCH = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0}}
            peers: {h0: {endpoint: "203.0.113.1:10000"}, h1: {endpoint: "203.0.113.1:10001"}}
            tunnels:
              t0: {peer: h0, local: {address: 203.0.113.2, port: 10000}, inner: {address: 172.28.0.1, peer: 172.28.0.0}}
              t1: {peer: h1, local: {address: 203.0.113.3, port: 10001}, inner: {address: 172.28.0.3, peer: 172.28.0.2}}
            """;

    @TempDir
    Path directory;

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final Lab lab = closedAtEnd(new Lab());
    private final NetworkNamespace hub = lab.host("hub");
    private final NetworkNamespace branch = lab.host("branch");
    private GitServer repository;
    private RevisionTarget<RuntimeException> target = (file, name) -> Optional.empty();

    @BeforeEach
    void serveRepository() throws Exception {
        Lab.connect(hub, "203.0.113.1/24", branch, "203.0.113.2/24");
        branch.ip("address", "add", "203.0.113.3/24", "dev", "eth0");
        branch.call(() -> converge(READER.read(source("branch.yaml", BRANCH)).config()));
        repository = closedAtEnd(GitServer.start(branch, "203.0.113.2", directory.resolve("git")));
    }

    private <C extends AutoCloseable> C closedAtEnd(C resource) {
        resources.push(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        while (!resources.isEmpty()) {
            resources.pop().close();
        }
    }

    private static Source source(String name, String yaml) {
        return new Source(name, yaml.getBytes(UTF_8), Path.of(""));
    }

    private static boolean converge(Config config) throws Exception {
        try (Backend backend = RealKernel.provider("netlink").open("ipipou")) {
            return new Reconciler(config, Plugins.BUILT_IN.schemes(), backend, Map::of, EndpointLookup.KERNEL)
                    .repair(new Journal(Path.of("/nowhere"), "netlink"), plan -> {})
                    .converged();
        }
    }

    private Follower follower(SourcePolicy policy, Optional<Path> signers) throws Exception {
        SyncStateFiles store = new SyncStateFiles(directory.resolve("state"));
        SourceProvider git = Catalog.load(PluginPath.of(Optional.empty()), SourceProvider.class)
                .get("git")
                .orElseThrow();
        SourceRef source = new SourceRef("git", repository.url(), "main", PATH);
        Location location = new Location(
                source.address(),
                source.ref(),
                source.path(),
                store.directory().resolve("cache"),
                repository.credentials(),
                new Location.Trust(signers, Optional.empty()),
                FETCH_TIMEOUT,
                Source.MAX_BYTES);
        Follower.Setup setup = new Follower.Setup(source, policy, Optional.empty(), store, Clock.systemUTC());
        return Follower.open(setup, git.open(location), READER::read).orElseThrow();
    }

    /** Starts an agent that has applied the file and follows the repository. */
    private SourceFollower follow(String file, SourcePolicy policy, Optional<Path> signers) throws Exception {
        Config config = READER.read(source("first.yaml", file)).config();
        Path state = Files.createDirectories(directory.resolve("state"));
        Agent agent = closedAtEnd(hub.call(() -> Plugins.BUILT_IN.agent("netlink", config, state)));
        Follower follower = follower(policy, signers);
        target = target(agent);
        return closedAtEnd(hub.call(() -> SourceFollower.start(follower, target, INTERVAL, () -> 0.5)));
    }

    private static RevisionTarget<RuntimeException> target(Agent agent) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new PullTarget(AgentConfig.target(agent), ApplyOptions.NONE, new Terminal(nowhere, nowhere, false))
                .inBackground();
    }

    private void assertInForce(SourceFollower follower, String revision) throws Exception {
        assertThat(follower.sync(false, Optional.empty(), target)).isInstanceOf(SyncResult.InForce.class);
        assertThat(follower.status().lastGood().orElseThrow().revision().id()).isEqualTo(revision);
    }

    /** Asks twice: the second time the follower remembers why it rejected the revision. */
    private void assertRejected(SourceFollower follower, String revision, String... reasons) throws Exception {
        for (int time = 0; time < 2; time++) {
            assertThat(follower.sync(false, Optional.empty(), target))
                    .isInstanceOfSatisfying(SyncResult.Rejected.class, declined -> {
                        assertThat(declined.revision().revision().id()).isEqualTo(revision);
                        assertThat(declined.revision().rejection().reason()).contains(reasons);
                    });
        }
        assertThat(follower.status().events().rejected()).isPresent();
    }

    private boolean hasLink(String name) {
        return hub.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev")))
                .contains(name + ":");
    }

    @Test
    void followsCommitsRejectsBadOnesAndLosesNoPacketMeanwhile() throws Exception {
        repository.commit(ONE);
        SourceFollower follower = follow(ONE, SourcePolicy.NONE, Optional.empty());
        assertThat(follower.sync(false, Optional.empty(), target)).isInstanceOf(SyncResult.InForce.class);
        Pings pings = Pings.start(hub, "172.28.0.1");

        String two = repository.commit(TWO);
        Duration took = Wait.until("the host has the tunnel that was pushed", () -> hasLink("t1"));
        System.out.printf(
                "a commit was in the kernel %d ms after its push, with an interval of %d ms%n",
                took.toMillis(), INTERVAL.toMillis());
        hub.ping("172.28.0.3");
        assertInForce(follower, two);

        assertRejected(
                follower,
                repository.commit(TWO.replace("peers:", "peer:")),
                "hosts/hub.yaml@",
                ":3:",
                "unknown setting");
        assertInForce(follower, repository.commit(TWO.replace("eth0", "wan7")));
        hub.ping("172.28.0.3");
        hub.ip("link", "add", "name", "t2", "type", "dummy");
        String more = TWO + "  t2: {peer: b2, local: {port: 10002}, inner: {address: 172.28.0.4}}\n";
        assertInForce(
                follower,
                repository.commit(more.replace("peers: {", "peers: {b2: {endpoint: \"203.0.113.4:10002\"}, ")));
        hub.ping("172.28.0.3");

        repository.git("revert", "--no-edit", "HEAD~3..HEAD");
        assertInForce(follower, repository.push());
        hub.ping("172.28.0.3");
        assertInForce(follower, repository.commit(ONE));
        assertThat(hasLink("t1")).isFalse();

        repository.stop();
        assertThat(follower.sync(false, Optional.empty(), target)).isInstanceOf(SyncResult.Failed.class);
        assertThat(follower.status().events().outage().orElseThrow().isOver()).isFalse();
        repository.restart();
        assertThat(follower.sync(false, Optional.empty(), target)).isInstanceOf(SyncResult.InForce.class);
        assertThat(follower.status().events().outage().orElseThrow().isOver()).isTrue();
        pings.assertNoneLost();
    }

    @Test
    void rejectsUnsignedCommitsAndRewrittenHistory() throws Exception {
        Path signers = repository.makeSigningKey();
        String first = repository.commit(ONE, "-S");
        SourceFollower follower = follow(ONE, new SourcePolicy(true, true), Optional.of(signers));
        assertInForce(follower, first);
        assertThat(follower.status()
                        .lastGood()
                        .orElseThrow()
                        .revision()
                        .signature()
                        .signer())
                .isEqualTo("ada@example.net");

        assertRejected(follower, repository.commit(TWO), "has no trusted signature");
        String second = repository.commit(TWO + "# signed\n", "-S");
        assertInForce(follower, second);
        hub.ping("172.28.0.3");

        assertRejected(
                follower, repository.commit(ONE, "-S", "--amend"), "does not descend from " + second.substring(0, 7));
        hub.ping("172.28.0.3");
    }

    /** With the agent as a process; {@code dist/test-service} pulls in processes too. */
    @Test
    void pullAppliesOnceAndAnAgentStartsFromTheLastGoodRevisionWithoutTheServer() throws Exception {
        String first = repository.commit(ONE);
        try {
            assertThat(pull().output()).contains("+ tunnel.t0", "is in force");
            hub.ping("172.28.0.1");
            repository.stop();
            hub.ip("link", "del", "dev", "t0");
            Cli.Result withoutServer = pull();
            assertThat(withoutServer.output())
                    .contains(repository.url(), "hub.yaml@" + first.substring(0, 7) + " stays in force");
            assertThat(withoutServer.status()).isEqualTo(1);
            hub.ping("172.28.0.1");

            assertAnotherRepositoryThatFailsChangesNothing(first);
            hub.ip("link", "del", "dev", "t0");
            assertAgentContinues();
        } finally {
            Command.run(List.of("rm", "-rf", STATE.resolve("source").toString()));
        }
    }

    /** Case D9: what status says to be in force is what plan uses. */
    private void assertAnotherRepositoryThatFailsChangesNothing(String inForce) {
        List<String> options = new ArrayList<>(sourceOptions());
        options.set(1, repository.url() + "x");
        options.add(0, "pull");
        Cli.Result mistyped = Cli.run(hub, options.toArray(String[]::new));
        assertThat(mistyped.status()).isEqualTo(1);
        assertThat(mistyped.output()).contains("hub.yaml@" + inForce.substring(0, 7) + " of " + repository.url());
        assertThat(Cli.run(hub, "plan").output()).contains("The host matches hub.yaml@" + inForce.substring(0, 7));
        assertThat(Cli.run(hub, "status").output())
                .contains("in force      " + inForce, "in " + repository.url() + ",");
    }

    private void assertAgentContinues() throws Exception {
        List<String> command = new ArrayList<>(List.of(Distribution.LAUNCHER, "agent", "--every", "1h"));
        command.addAll(sourceOptions());
        Background agent = hub.start(command.toArray(String[]::new))
                .awaitLine("the agent is ready (hosts/hub.yaml of main of " + repository.url() + ")");
        hub.ping("172.28.0.1");
        repository.restart();
        String second = repository.commit(TWO);
        ControlClient control = ControlClient.in(RUN);
        JsonNode pulled = control.ask(Map.of("command", "pull")).orElseThrow();
        assertThat(pulled.path("exit").asInt()).as(pulled.toString()).isZero();
        assertThat(pulled.path("out").asText()).contains("hosts/hub.yaml@" + second.substring(0, 7), "is in force");
        hub.ping("172.28.0.3");
        JsonNode source = control.ask(Map.of("command", "status")).orElseThrow().path("source");
        assertThat(source.path("in_force").path("revision").asText()).isEqualTo(second);
        assertThat(source.path("in_force").path("author").asText()).isEqualTo("Ada <ada@example.net>");
        assertThat(source.path("last_error").path("until").isNull()).isFalse();
        agent.interrupt();
        hub.ping("172.28.0.3");
    }

    @Test
    void aPulledRevisionIsConfirmedOrRolledBack() throws Exception {
        repository.commit(ONE);
        try {
            assertThat(pull().status()).isZero();
            repository.commit(TWO);
            Cli.Result failed = pull("--probe", "false");
            assertThat(failed.status()).isEqualTo(1);
            assertThat(failed.output()).contains("awaits confirmation", "rolled back and verified");
            assertThat(hasLink("t1")).isFalse();
            Cli.Result again = pull();
            assertThat(again.status()).isEqualTo(1);
            assertThat(again.output()).contains("was rejected at", "it was applied, not confirmed, and rolled back");
            Cli.Result confirmed = pull("--retry", "--probe", "true");
            assertThat(confirmed.status()).as(confirmed.output()).isZero();
            assertThat(confirmed.output()).contains("Confirmed by 1 probe.");
            hub.ping("172.28.0.3");
            assertThat(pull().output()).contains("is in force");
            assertAgentConfirmsOrRollsBack();
        } finally {
            Command.run(List.of("sh", "-c", "rm -rf " + STATE + "/*"));
        }
    }

    private void assertAgentConfirmsOrRollsBack() throws Exception {
        List<String> command = new ArrayList<>(List.of(Distribution.LAUNCHER, "agent", "--every", "1h"));
        command.addAll(sourceOptions());
        Background agent = hub.start(command.toArray(String[]::new)).awaitLine("the agent is ready");
        assertThat(pull().output()).as("the sync at its start is over").contains("is in force");
        String last = repository.commit(ONE);
        Cli.Result unconfirmed = pull("--confirm-within", "1h");
        assertThat(unconfirmed.status()).as(unconfirmed.output()).isZero();
        assertThat(unconfirmed.output()).contains("awaits confirmation", "Will be rolled back in 3600 s.");
        assertThat(hasLink("t1")).isFalse();
        assertThat(pull().status()).isEqualTo(1);

        Cli.Result rollback = Cli.run(hub, "rollback");
        assertThat(rollback.status()).as(rollback.output()).isZero();
        hub.ping("172.28.0.3");
        Cli.Result rejected = pull();
        assertThat(rejected.status()).isEqualTo(1);
        assertThat(rejected.output()).contains("it was applied, not confirmed, and rolled back");

        assertThat(pull("--retry", "--confirm-within", "1h").status()).isZero();
        assertThat(Cli.run(hub, "confirm").status()).isZero();
        assertThat(hasLink("t1")).isFalse();
        assertThat(pull().output()).contains("hub.yaml@" + last.substring(0, 7), "is in force");
        agent.interrupt();
    }

    private Cli.Result pull(String... options) {
        List<String> command = new ArrayList<>(List.of("pull"));
        command.addAll(List.of(options));
        command.addAll(sourceOptions());
        return Cli.run(hub, command.toArray(String[]::new));
    }

    private List<String> sourceOptions() {
        return List.of(
                "--repo", repository.url(),
                "--path", PATH,
                "--identity", repository.identity().toString(),
                "--known-hosts", repository.knownHosts().toString(),
                "--timeout", FETCH_TIMEOUT.toSeconds() + "s");
    }
}
