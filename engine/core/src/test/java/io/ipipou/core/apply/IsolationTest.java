package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.FakeKernel;
import java.lang.reflect.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this host cannot have keeps no other tunnel from being applied. */
class IsolationTest {

    private static final LinkName ETH0 = new LinkName("eth0");
    private static final LinkName WWAN0 = new LinkName("wwan0");
    private static final String FILE = """
            apiVersion: ipipou/v1
            defaults: {mode: static, local: {device: eth0, port: 10000}}
            auth: {laptop: {scheme: token, token: Labrador}}
            peers:
              good: {endpoint: "198.51.100.1:10000"}
              lte: {endpoint: "198.51.100.2:10000"}
              named: {endpoint: "hub.example.net:10000"}
              routed: {endpoint: "198.51.100.4:10000"}
              port: {endpoint: "198.51.100.5:10000"}
              laptop: {auth: laptop}
            tunnels:
              good0: {peer: good, inner: {address: 172.28.0.0}, routes: [10.1.0.0/16]}
              lte0: {peer: lte, local: {device: wwan0}, inner: {address: 172.28.0.2}}
              named0: {peer: named, inner: {address: 172.28.0.4}}
              routed0: {peer: routed, inner: {address: 172.28.0.6}, routes: [10.2.0.0/16, 10.3.0.0/16]}
              port0: {peer: port, local: {port: 10005}, inner: {address: 172.28.0.8}}
              laptop0: {mode: server, peer: laptop, local: {port: 10001}, inner: {address: 172.28.0.10}}
            """;

    private final FakeKernel kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);

    @TempDir
    private Path directory;

    private static Config config(String yaml) throws ConfigException {
        return new ConfigReader(Schemes.PLUGINS)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
    }

    private Reconciler reconciler(String yaml) throws ConfigException {
        Config config = config(yaml);
        NameLookups names = new NameLookups(name -> {
            throw new UnknownHostException(name);
        });
        return new Reconciler(
                config, Schemes.ALL, kernel.backend(), () -> names.lookUp(config.hostNames()), EndpointLookup.KERNEL);
    }

    private ApplyReport apply(String yaml) throws Exception {
        return reconciler(yaml).apply(new Journal(directory, "netlink"), new ApplyRequest(plan -> {}, false));
    }

    private Set<String> links() {
        return kernel.state().links().keySet().stream().map(LinkName::value).collect(Collectors.toSet());
    }

    private static List<String> reasons(List<Deferral> deferred) {
        return deferred.stream().map(Deferral::toString).toList();
    }

    private static Route uplinkRoute(String prefix) {
        return new Route(
                Ipv4Prefix.of(prefix),
                Optional.of(ETH0),
                Optional.of(Ipv4.of("203.0.113.254")),
                0,
                Route.PROTOCOL_STATIC);
    }

    @Test
    void eachTunnelStandsAlone() throws Exception {
        kernel.routeAdd(uplinkRoute("10.2.0.0/16"));
        kernel.udpOpen(10005);
        ApplyReport report = apply(FILE);
        assertThat(report.converged()).isTrue();
        assertThat(reasons(report.deferred()))
                .containsExactly(
                        "tunnel.lte0: device wwan0 does not exist",
                        "tunnel.named0: hub.example.net does not resolve",
                        "tunnel.port0: UDP port 10005 is held by another program (find it with: ss -uanp sport = :10005)",
                        "route.10.2.0.0/16: the route 10.2.0.0/16 dev eth0 via 203.0.113.254 exists and is not managed by"
                                + " ipipou (write another metric or remove the route from the file, or delete the existing one with: ip"
                                + " route del"
                                + " 10.2.0.0/16)");
        assertThat(report.deferred().get(0).position().orElseThrow()).hasToString("t.yaml:13:3");
        assertThat(links()).containsExactlyInAnyOrder("good0", "routed0");
        assertThat(kernel.state().routes())
                .contains(Route.through(new LinkName("routed0"), Ipv4Prefix.of("10.3.0.0/16")))
                .contains(uplinkRoute("10.2.0.0/16"));
        assertThat(kernel.state().table()).as("the server's gate").isPresent();
        Plan second = reconciler(FILE).plan();
        assertThat(second.hasChanges()).isFalse();
        assertThat(second.isEmpty()).isFalse();
    }

    @Test
    void aRouteInTheWayInAnotherTableDefersThatRoute() throws Exception {
        String tables = FILE.replace("[10.1.0.0/16]", "[10.1.0.0/16, {to: 10.4.0.0/16, table: 100, metric: 7}]");
        Route theirs = new Route(
                Ipv4Prefix.of("10.4.0.0/16"), Optional.of(ETH0), Optional.empty(), 7, Route.PROTOCOL_BOOT, 100);
        kernel.routeAdd(theirs);
        String reason =
                "route.10.4.0.0/16.table.100.metric.7: the route 10.4.0.0/16 dev eth0 table 100 metric 7 exists";
        assertThat(reasons(reconciler(tables).plan().deferred())).anyMatch(each -> each.startsWith(reason));
        assertThat(reasons(apply(tables).deferred())).anyMatch(each -> each.startsWith(reason));
        assertThat(links()).contains("good0");
        assertThat(reconciler(tables).plan().hasChanges()).isFalse();

        kernel.routeDelete(theirs);
        apply(tables);
        assertThat(kernel.state().routes())
                .contains(Route.through(new LinkName("good0"), Ipv4Prefix.of("10.4.0.0/16"), 7, 100));
    }

    @Test
    void aTunnelThatCannotBeAnyMoreKeepsWhatItHas() throws Exception {
        kernel.linkAdd(WWAN0, "dummy");
        kernel.addressAdd(new LinkAddress(WWAN0, Ipv4.of("192.0.2.9"), Ipv4.of("192.0.2.9"), 24, "wwan0"));
        apply(FILE);
        ObservedState before = kernel.state();
        assertThat(links()).contains("lte0");

        String address = "wwan0.192.0.2.9";
        kernel.addressDelete(kernel.state().addresses().stream()
                .filter(each -> each.id().name().equals(address))
                .findFirst()
                .orElseThrow());
        kernel.linkDelete(new LinkName("good0"));
        ApplyReport report = apply(FILE);
        assertThat(reasons(report.deferred())).contains("tunnel.lte0: device wwan0 has no IPv4 address");
        assertThat(kernel.state().links()).isEqualTo(before.links());
    }

    @Test
    void aDeferredTunnelIsAppliedWhenTheHostHasWhatItNeeds() throws Exception {
        apply(FILE);
        kernel.linkAdd(WWAN0, "dummy");
        kernel.addressAdd(new LinkAddress(WWAN0, Ipv4.of("192.0.2.9"), Ipv4.of("192.0.2.9"), 24, "wwan0"));
        assertThat(apply(FILE).outcomes()).isNotEmpty();
        assertThat(links()).contains("lte0");
    }

    @Test
    void theGateStaysWhileAllItsTunnelsAreDeferred() throws Exception {
        apply(FILE);
        ObservedState before = kernel.state();
        assertThat(before.listeners()).contains(FouListener.onPort(10001));
        ApplyReport report = apply(FILE.replace(
                "mode: server, peer: laptop, local: {port", "mode: server, peer: laptop, local: {device: wwan1, port"));
        assertThat(report.outcomes()).isEmpty();
        assertThat(kernel.state()).isEqualTo(before);
    }

    @Test
    void everyRefusedWriteIsRolledBackWithItsTunnelAlone() throws Exception {
        int refused = 0;
        while (true) {
            reconciler(FILE).destroy(plan -> {});
            apply(FILE.replace("10.1.0.0/16", "10.9.0.0/16"));
            ObservedState before = kernel.state();
            refused++;
            kernel.refuse(refused, "ENOBUFS");
            String changed = FILE.replace("198.51.100.1:", "198.51.100.11:").replace("198.51.100.4:", "198.51.100.14:");
            ApplyReport report = apply(changed);
            if (report.failures().isEmpty()) {
                break;
            }
            assertThat(report.converged()).isTrue();
            boolean goodDeferred =
                    reasons(report.deferred()).stream().anyMatch(reason -> reason.startsWith("tunnel.good0"));
            LinkName good = new LinkName("good0");
            if (goodDeferred) {
                assertThat(kernel.state().links().get(good))
                        .isEqualTo(before.links().get(good));
            }
            assertThat(kernel.state().links().get(goodDeferred ? new LinkName("routed0") : good))
                    .as("the other one is applied")
                    .isNotEqualTo(before.links().get(goodDeferred ? new LinkName("routed0") : good));
            assertThat(apply(changed).failures()).isEmpty();
        }
        assertThat(refused).isGreaterThan(2);
    }

    @Test
    void destroyNeedsNeitherTheDeviceNorTheResolver() throws Exception {
        ObservedState untouched = kernel.state();
        apply(FILE);
        assertThat(reconciler(FILE).destroy(plan -> {}).converged()).isTrue();
        assertThat(kernel.state()).isEqualTo(untouched);
    }

    @Test
    void aBackendIsAskedOnceAboutEachWrite() throws Exception {
        List<String> asked = new ArrayList<>();
        Backend backend = kernel.backend();
        Backend counting = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("validate")) {
                        asked.add(((Operation) arguments[0]).id().toString());
                    }
                    return method.invoke(backend, arguments);
                });
        Config config = config(FILE.replace("hub.example.net", "198.51.100.3").replace("wwan0", "eth0"));
        Plan plan = new Reconciler(config, Schemes.ALL, counting, Map::of, EndpointLookup.KERNEL).plan();
        assertThat(asked)
                .containsExactlyElementsOf(plan.operations().stream()
                        .map(operation -> operation.id().toString())
                        .toList());
    }
}
