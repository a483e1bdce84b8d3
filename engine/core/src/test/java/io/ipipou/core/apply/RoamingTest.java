package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.Gate;
import io.ipipou.core.desired.HostResolver;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.Resolution;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.desired.RouteLookup;
import io.ipipou.core.desired.Withheld;
import io.ipipou.core.plan.Plan;
import io.ipipou.core.plan.Planner;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.testkit.FakeKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate on a host, and tunnels whose peers roam. */
class RoamingTest {

    @TempDir
    private Path directory;

    private Journal journal() {
        return new Journal(directory, "netlink");
    }

    private static final LinkName ETH0 = new LinkName("eth0");
    private static final LinkName LAPTOP = new LinkName("laptop0");
    private static final Endpoint HOME = new Endpoint(Ipv4.of("198.51.100.7"), 4001);
    private static final Endpoint CAFE = new Endpoint(Ipv4.of("192.0.2.77"), 61234);
    private static final Endpoint OFFICE = new Endpoint(Ipv4.of("198.51.100.2"), 5);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final String HUB = """
            apiVersion: ipipou/v1
            defaults: {mode: server, local: {device: eth0, port: 10000}}
            auth:
              laptop: {scheme: token, token: Labrador}
              camera: {scheme: token, token: another one}
              office: {scheme: address, ip: 198.51.100.2}
            peers:
              laptop: {auth: laptop}
              camera: {auth: camera}
              office: {auth: office}
              branch: {endpoint: "198.51.100.9:10001"}
            tunnels:
              laptop0: {peer: laptop, inner: {address: 172.28.0.0, peer: 172.28.0.1}, routes: [10.7.0.0/16]}
              camera0: {peer: camera, inner: {address: 172.28.0.2, peer: 172.28.0.3}, authLifetime: 0}
              office0: {peer: office, inner: {address: 172.28.0.4, peer: 172.28.0.5}, alias: never}
              branch0: {peer: branch, inner: {address: 172.28.0.6, peer: 172.28.0.7}}
            """;

    private final FakeKernel kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);

    @Test
    void applyWithoutAnAgentCreatesWhatNeedsNoAuthentication() throws Exception {
        ObservedState untouched = kernel.state();
        Reconciler reconciler = reconciler(HUB);
        assertThat(reconciler.repair(journal(), plan -> {}).converged()).isTrue();

        ObservedState now = kernel.state();
        assertThat(now.links()).containsOnlyKeys(new LinkName("branch0"));
        assertThat(now.listeners()).containsExactly(FouListener.onPort(10000));
        assertThat(now.addresses().stream().filter(LinkAddress::isAlias)).hasSize(3);
        assertThat(names(now, Gate.ENDPOINTS)).containsExactly("nft.element.ipipou.endpoints.198.51.100.9:10001:10000");
        assertThat(names(now, Gate.LISTENERS)).containsExactly("nft.element.ipipou.listeners.203.0.113.1:10000");
        assertThat(names(now, "callers")).containsExactly("nft.element.ipipou.callers.198.51.100.2");

        assertThat(reconciler.destroy(plan -> {}).converged()).isTrue();
        assertThat(kernel.state()).isEqualTo(untouched);
    }

    @Test
    void aLearntEndpointIsNotDrift() throws Exception {
        Reconciler reconciler = reconciler(HUB);
        reconciler.repair(journal(), plan -> {});
        learn(LAPTOP, Optional.empty(), LearntEndpoint.admitted(HOME, HOUR));

        assertThat(reconciler.plan().changes()).isEmpty();
        kernel.passTime(Duration.ofMinutes(20));
        assertThat(reconciler.plan().changes()).isEmpty();
        kernel.passTime(HOUR);
        assertThat(names(kernel.state(), Gate.ENDPOINTS)).hasSize(1);
        assertThat(reconciler.plan().changes()).isEmpty();
    }

    @Test
    void roamingChangesOneLinkAndOneElement() throws Exception {
        reconciler(HUB).repair(journal(), plan -> {});
        Plan first = learn(LAPTOP, Optional.empty(), LearntEndpoint.admitted(HOME, HOUR));
        assertThat(kinds(first))
                .containsExactly("CREATE tunnel", "CREATE address", "CREATE route", "CREATE nft.element");

        Plan roamed =
                learn(LAPTOP, Optional.of(LearntEndpoint.admitted(HOME, HOUR)), LearntEndpoint.admitted(CAFE, HOUR));
        assertThat(kinds(roamed)).containsExactly("UPDATE tunnel", "CREATE nft.element", "DELETE nft.element");
        assertThat(outer(LAPTOP).remote()).isEqualTo(CAFE.address());
        assertThat(reconciler(HUB).plan().changes()).isEmpty();
    }

    @Test
    void anAliasStaysWithItsTunnelWhenTheFileChanges() throws Exception {
        reconciler(HUB).repair(journal(), plan -> {});
        learn(LAPTOP, Optional.empty(), LearntEndpoint.admitted(HOME, HOUR));
        Ipv4 alias = outer(LAPTOP).local();

        String another = HUB.replace("tunnels:\n", "tunnels:\n  aaa0: {peer: aaa, inner: {address: 172.28.0.8}}\n")
                .replace("peers:\n", "peers:\n  aaa: {endpoint: \"198.51.100.99:1\"}\n");
        assertThat(reconciler(another).repair(journal(), plan -> {}).converged())
                .isTrue();
        assertThat(outer(LAPTOP).local()).isEqualTo(alias);
        assertThat(outer(new LinkName("aaa0")).local()).isNotEqualTo(alias);
    }

    @Test
    void afterAFlushOnlyPermanentAdmissionsAreRestored() throws Exception {
        reconciler(HUB).repair(journal(), plan -> {});
        learn(LAPTOP, Optional.empty(), LearntEndpoint.admitted(HOME, HOUR));
        learn(new LinkName("camera0"), Optional.empty(), LearntEndpoint.admitted(CAFE, Duration.ZERO));
        kernel.nftFlush();

        assertThat(reconciler(HUB).repair(journal(), plan -> {}).converged()).isTrue();
        assertThat(names(kernel.state(), Gate.ENDPOINTS))
                .containsExactlyInAnyOrder(
                        "nft.element.ipipou.endpoints.198.51.100.9:10001:10000",
                        "nft.element.ipipou.endpoints.192.0.2.77:61234:10000");
        assertThat(kernel.state().links()).containsKey(LAPTOP);
    }

    @Test
    void anEndpointOfAStaticPeerIsNotLearntForAnother() throws Exception {
        Endpoint branch = new Endpoint(Ipv4.of("198.51.100.9"), 10001);
        Resolution resolution = HostResolver.resolve(
                config(HUB),
                Schemes.ALL,
                kernel.state(),
                Map.of(),
                (tunnel, inKernel) -> tunnel.tunnel().name().equals(LAPTOP)
                        ? Optional.of(LearntEndpoint.admitted(branch, HOUR))
                        : Optional.empty(),
                Withheld.NOTHING,
                RouteLookup.NONE);
        assertThat(resolution.state().links()).doesNotContainKey(LAPTOP);
    }

    @Test
    void anUnmanagedTableOfThatNameDefersTheGatedTunnels() throws Exception {
        kernel.nftTableAdd("ip", new NftTable("ipipou", List.of(), List.of()));
        Plan plan = reconciler(HUB).plan();
        assertThat(plan.hasChanges()).isFalse();
        assertThat(plan.deferred())
                .extracting(deferral -> deferral.resource().name())
                .contains("laptop0", "camera0");
        assertThat(plan.deferred()).allSatisfy(deferral -> assertThat(deferral.reason())
                .contains("the table ip ipipou exists and is not managed by ipipou"));
    }

    @Test
    void bothAddressesAreGatedWhileTunnelsMoveFromOneToTheOther() throws Exception {
        reconciler(HUB).repair(journal(), plan -> {});
        assertThat(gatedBy(kernel.state().table().orElseThrow())).isEqualTo("ip daddr 203.0.113.1 goto arriving");

        learn(new LinkName("office0"), Optional.empty(), LearntEndpoint.admitted(OFFICE, HOUR));
        Ipv4 second = Ipv4.of("203.0.113.2");
        kernel.addressAdd(new LinkAddress(ETH0, second, second, 24, "eth0"));
        Reconciler moved = reconciler(HUB.replace("device: eth0,", "device: eth0, address: 203.0.113.2,"));
        List<Operation> operations = moved.plan().operations();
        List<String> steps = operations.stream()
                .map(operation -> operation.after().orElse(operation.subject()) instanceof NftTable table
                        ? gatedBy(table)
                        : operation.verb() + " " + operation.id())
                .toList();
        assertThat(steps)
                .containsSubsequence(
                        "ip daddr @addresses goto arriving",
                        "CREATE nft.element.ipipou.addresses.203.0.113.2",
                        "UPDATE tunnel.office0",
                        "ip daddr 203.0.113.2 goto arriving",
                        "DELETE nft.element.ipipou.addresses.203.0.113.1");
        assertThat(moved.repair(journal(), plan -> {}).converged()).isTrue();
    }

    private static String gatedBy(NftTable table) {
        return table.chains().stream()
                .filter(chain -> chain.name().equals("prerouting"))
                .map(chain -> chain.rules().get(0).toString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void reportsAnAliasRangeThatIsTooSmall() throws Exception {
        String small = HUB.replace("defaults:", "settings: {aliasRange: 172.29.0.0/30}\ndefaults:")
                .replace(", alias: never", "");
        assertThat(reconciler(small).plan().deferred())
                .extracting(Object::toString)
                .containsExactly(
                        "tunnel.branch0: settings.aliasRange 172.29.0.0/30 has no free address (use a larger range)");
    }

    private OuterHeader outer(LinkName link) {
        return Optional.ofNullable(kernel.state().links().get(link))
                .orElseThrow()
                .outer();
    }

    private Plan learn(LinkName name, Optional<LearntEndpoint> before, LearntEndpoint after) throws Exception {
        try (Backend backend = kernel.backend()) {
            Resolution resolution = HostResolver.resolve(
                    config(HUB),
                    Schemes.ALL,
                    backend.observe(),
                    Map.of(),
                    EndpointLookup.KERNEL,
                    Withheld.NOTHING,
                    RouteLookup.NONE);
            RoamingTunnel tunnel = resolution.roaming().stream()
                    .filter(t -> t.tunnel().name().equals(name))
                    .findFirst()
                    .orElseThrow();
            Plan plan = Planner.planMove(
                    tunnel, before, after, resolution.state().table().orElseThrow());
            assertThat(backend.execute(plan.operations())).allMatch(o -> o.status() == Outcome.Status.DONE);
            return plan;
        }
    }

    private static List<String> kinds(Plan plan) {
        return plan.operations().stream()
                .map(operation -> operation.verb() + " " + operation.id().kind())
                .toList();
    }

    private static List<String> names(ObservedState state, String set) {
        return state.elements().stream()
                .filter(element -> element.set().equals(set))
                .map(NftElement::id)
                .map(Object::toString)
                .toList();
    }

    private Reconciler reconciler(String yaml) throws Exception {
        return new Reconciler(config(yaml), Schemes.ALL, kernel.backend(), Map::of, EndpointLookup.KERNEL);
    }

    private static Config config(String yaml) throws Exception {
        return new ConfigReader(Schemes.PLUGINS)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
    }
}
