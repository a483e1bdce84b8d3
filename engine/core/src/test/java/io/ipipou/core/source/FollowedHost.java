package io.ipipou.core.source;

import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.NotAppliedException;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.disk.DurableFile;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.FakeKernel;
import io.ipipou.testkit.source.ScriptedSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A host with a fake kernel and a disk that survive its processes, and the repository that it follows. */
final class FollowedHost {

    static final SourceRef SOURCE = new SourceRef("git", "https://git.example.net/net.git", "main", "hosts/hub.yaml");

    final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
    final ScriptedSource source = new ScriptedSource();
    final Path state;
    SourcePolicy policy = SourcePolicy.NONE;
    SourceRef followed = SOURCE;
    Instant now = Instant.parse("2026-11-25T04:00:00Z");

    FollowedHost(Path state) {
        this.state = state;
    }

    /** A configuration with tunnels of these names. */
    static String file(String... tunnels) {
        StringBuilder peers = new StringBuilder();
        StringBuilder all = new StringBuilder();
        for (int number = 0; number < tunnels.length; number++) {
            peers.append("  p%d: {endpoint: \"198.18.0.%d:10000\"}%n".formatted(number, number + 1));
            all.append("  %s: {peer: p%d, inner: {address: 172.28.0.%d}}%n"
                    .formatted(tunnels[number], number, 2 * number));
        }
        return """
                apiVersion: ipipou/v1
                defaults: {mode: static, local: {device: eth0, port: 10000}}
                peers:
                %stunnels:
                %s""".formatted(peers, all);
    }

    Follower open(Consumer<DurableFile.Step> steps) throws Exception {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return Follower.open(
                        new Follower.Setup(followed, policy, Optional.empty(), new SyncStateFiles(state, steps), clock),
                        source,
                        source -> new ConfigReader(Schemes.PLUGINS).read(source))
                .orElseThrow();
    }

    /** Syncs once, in a process of its own. */
    SyncResult sync(boolean retry) throws Exception {
        try (Follower follower = open(step -> {})) {
            return follower.sync(retry, this::apply);
        } finally {
            now = now.plus(Duration.ofMinutes(1));
        }
    }

    SyncResult sync() throws Exception {
        return sync(false);
    }

    SyncStatus status() throws Exception {
        try (Follower follower = open(step -> {})) {
            return follower.status();
        }
    }

    Optional<Rejection> apply(LoadedConfig file, String name) throws BackendException {
        try {
            ApplyReport report = new Reconciler(
                            file.config(), Schemes.ALL, kernel.backend(), Map::of, EndpointLookup.KERNEL)
                    .apply(new Journal(state, "netlink"), new ApplyRequest(plan -> {}, true));
            return report.converged()
                    ? Optional.empty()
                    : Optional.of(
                            new Rejection(Rejection.Kind.HOST, report.failures().toString()));
        } catch (NotAppliedException e) {
            return Optional.of(new Rejection(Rejection.Kind.HOST, String.valueOf(e.getMessage())));
        }
    }

    Set<String> tunnels() {
        return kernel.state().links().keySet().stream().map(LinkName::value).collect(Collectors.toSet());
    }
}
