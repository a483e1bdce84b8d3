package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.FakeKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that would lead a tunnel's own packets into it, which only the peer's address shows. */
class LoopingRouteTest {

    private static final String STATIC = """
            apiVersion: ipipou/v1
            peers: {hub: {endpoint: "hub.example.net:10000"}}
            tunnels:
              t0:
                mode: static
                peer: hub
                local: {address: 203.0.113.1, port: 10000}
                inner: {address: 172.28.0.0}
                routes: [10.1.0.0/16, 198.51.100.0/24, 0.0.0.0/1, {to: 198.51.0.0/16, table: 100}]
            """;
    private static final String SERVER = """
            apiVersion: ipipou/v1
            auth: {laptop: {scheme: token, token: Labrador}}
            peers: {laptop: {auth: laptop}}
            tunnels:
              t0:
                mode: server
                peer: laptop
                local: {address: 203.0.113.1, port: 10000}
                inner: {address: 172.28.0.0}
                routes: [10.1.0.0/16, 198.51.100.0/24]
            """;

    private final FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);

    @TempDir
    private Path directory;

    private Reconciler reconciler(String yaml, String address, EndpointLookup endpoints) throws ConfigException {
        Config config = new ConfigReader(Schemes.PLUGINS)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
        NameLookups names = new NameLookups(name -> List.of(Ipv4.of(address)));
        return new Reconciler(config, Schemes.ALL, kernel.backend(), () -> names.lookUp(config.hostNames()), endpoints);
    }

    private List<String> apply(Reconciler reconciler) throws Exception {
        ApplyReport report = reconciler.apply(new Journal(directory, "netlink"), new ApplyRequest(plan -> {}, false));
        assertThat(report.converged()).isTrue();
        return report.deferred().stream().map(Deferral::toString).toList();
    }

    private List<String> routes() {
        return kernel.state().routes().stream()
                .filter(route -> route.protocol() == Route.PROTOCOL_IPIPOU)
                .map(route -> route.id().name())
                .sorted()
                .collect(Collectors.toList());
    }

    @Test
    void onlyTheRouteThatContainsTheAddressOfTheNameIsDeferred() throws Exception {
        assertThat(apply(reconciler(STATIC, "198.51.100.7", EndpointLookup.KERNEL)))
                .containsExactly("route.198.51.100.0/24: 198.51.100.0/24 contains the peer's endpoint 198.51.100.7, so"
                        + " outer packets would be routed into the tunnel itself (set local.device)");
        assertThat(routes()).containsExactly("0.0.0.0/1", "10.1.0.0/16", "198.51.0.0/16.table.100");

        assertThat(apply(reconciler(STATIC, "203.0.113.7", EndpointLookup.KERNEL)))
                .isEmpty();
        assertThat(routes()).hasSize(4);
    }

    @Test
    void aRouteGoesWhenTheNameMovesIntoIt() throws Exception {
        apply(reconciler(STATIC, "203.0.113.7", EndpointLookup.KERNEL));
        assertThat(apply(reconciler(STATIC, "10.1.2.3", EndpointLookup.KERNEL))).hasSize(2);
        assertThat(routes()).containsExactly("198.51.0.0/16.table.100", "198.51.100.0/24");
    }

    @Test
    void withADeviceNothingLoops() throws Exception {
        String device = STATIC.replace("{address: 203.0.113.1,", "{device: eth0,");
        assertThat(apply(reconciler(device, "198.51.100.7", EndpointLookup.KERNEL)))
                .isEmpty();
        assertThat(routes()).hasSize(4);
    }

    @Test
    void aRouteIsDeferredWhileAPeerIsLearntInIt() throws Exception {
        LearntEndpoint inside =
                LearntEndpoint.admitted(new Endpoint(Ipv4.of("198.51.100.7"), 4500), Duration.ofHours(1));
        LearntEndpoint outside =
                LearntEndpoint.admitted(new Endpoint(Ipv4.of("203.0.113.7"), 4500), Duration.ofHours(1));
        Reconciler reconciler = reconciler(SERVER, "192.0.2.1", (tunnel, inKernel) -> Optional.of(inside));
        assertThat(apply(reconciler)).singleElement().asString().startsWith("route.198.51.100.0/24: ");
        assertThat(routes()).containsExactly("10.1.0.0/16");

        RoamingTunnel roaming = reconciler.resolution().orElseThrow().roaming().get(0);
        NftTable table = kernel.state().table().orElseThrow();
        Plan move = Planner.planMove(roaming, Optional.of(inside), outside, table);
        assertThat(move.operations().stream().map(Operation::toString)).anyMatch(text -> text.contains("198.51.100.0"));
    }
}
