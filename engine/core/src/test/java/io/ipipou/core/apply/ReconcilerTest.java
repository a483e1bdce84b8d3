package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.KnownPlugins;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.name.NameResolver;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.testkit.FakeKernel;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcilerTest {

    @TempDir
    private Path directory;

    private Journal journal() {
        return new Journal(directory, "netlink");
    }

    private static final LinkName ETH0 = new LinkName("eth0");
    private static final Ipv4 ONE = Ipv4.of("198.51.100.1");
    private static final Ipv4 TWO = Ipv4.of("198.51.100.2");

    private final FakeKernel kernel = FakeKernel.withDevice(ETH0, Ipv4.of("203.0.113.1"), 24);
    private final ObservedState untouched = kernel.state();
    private final List<Plan> announced = new ArrayList<>();

    private static Config config(String yaml) throws ConfigException {
        KnownPlugins plugins = KnownPlugins.of(Map.of(), (scheme, settings, use) -> {}, Set.of("netlink"));
        return new ConfigReader(plugins)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
    }

    private static Config tunnels(int count) throws ConfigException {
        StringBuilder peers = new StringBuilder("peers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        for (int i = 0; i < count; i++) {
            peers.append("  p%d: {endpoint: \"198.18.%d.%d:10000\"}\n".formatted(i, i / 200, i % 200 + 1));
            tunnels.append("  t%d: {peer: p%d, inner: {address: 172.28.%d.%d}}\n".formatted(i, i, i / 200, i % 200));
        }
        return config("apiVersion: ipipou/v1\ndefaults: {mode: static, local: {device: eth0, port: 10000}}\n" + peers
                + tunnels);
    }

    private static Config tunnelTo(String endpoint) throws ConfigException {
        return config("""
                apiVersion: ipipou/v1
                peers: {far: {endpoint: "%s"}}
                tunnels:
                  ipipou0: {mode: static, peer: far, local: {device: eth0, port: 1}, inner: {address: 172.28.0.0}}
                """.formatted(endpoint));
    }

    private Reconciler reconciler(Config config) {
        return reconciler(config, name -> {
            throw new UnknownHostException(name);
        });
    }

    private Reconciler reconciler(Config config, NameResolver names) {
        return new Reconciler(
                config,
                Schemes.ALL,
                kernel.backend(),
                () -> new NameLookups(names).lookUp(config.hostNames()),
                EndpointLookup.KERNEL);
    }

    @Test
    void applyConvergesAndTheNextPlanIsEmpty() throws Exception {
        Reconciler reconciler = reconciler(tunnels(3));
        assertThat(reconciler.repair(journal(), announced::add).converged()).isTrue();
        assertThat(announced).singleElement().extracting(Plan::toAdd).isEqualTo(7L);
        int writes = kernel.writes();
        assertThat(reconciler.repair(journal(), announced::add).outcomes()).isEmpty();
        assertThat(kernel.writes()).isEqualTo(writes);
        assertThat(reconciler.destroy(announced::add).converged()).isTrue();
        assertThat(kernel.state()).isEqualTo(untouched);
    }

    @Test
    void aRefusedWriteDefersItsTunnelAndTheNextApplyCompletesIt() throws Exception {
        kernel.refuse(500, "ENOBUFS");
        Reconciler reconciler = reconciler(tunnels(1000));
        ApplyReport report = reconciler.repair(journal(), announced::add);
        assertThat(report.converged()).isTrue();
        assertThat(report.withStatus(Outcome.Status.DONE)).hasSize(2001 - 2);
        assertThat(report.withStatus(Outcome.Status.NOT_ATTEMPTED)).isEmpty();
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.operation().id().kind()).isEqualTo(IpipLink.KIND);
            assertThat(failure.refusal().orElseThrow().errno()).isEqualTo("ENOBUFS");
            assertThat(report.deferred()).singleElement().satisfies(deferral -> {
                assertThat(deferral.resource()).isEqualTo(failure.operation().id());
                assertThat(deferral.reason())
                        .startsWith("the kernel refused to create " + deferral.resource())
                        .endsWith("ENOBUFS");
            });
        });

        assertThat(reconciler.repair(journal(), announced::add).deferred()).isEmpty();
        assertThat(reconciler.plan().isEmpty()).isTrue();
    }

    @Test
    void reportsADeviceThatDisappearsDuringAnApply() throws Exception {
        kernel.beforeWrite(1, () -> kernel.linkDelete(ETH0));
        Reconciler reconciler = reconciler(tunnels(2));
        ApplyReport report = reconciler.repair(journal(), announced::add);
        assertThat(report.failures()).isNotEmpty();
        assertThat(report.deferred())
                .extracting(Object::toString)
                .containsExactly("tunnel.t0: device eth0 does not exist", "tunnel.t1: device eth0 does not exist");
    }

    @Test
    void aNewAddressOfANameIsAChangeButAnotherOrderIsNot() throws Exception {
        Config config = tunnelTo("hub.example.net:10000");
        assertThat(reconciler(config, name -> List.of(TWO, ONE))
                        .repair(journal(), announced::add)
                        .converged())
                .isTrue();
        assertThat(remotes()).containsExactly(ONE);
        assertThat(reconciler(config, name -> List.of(TWO, ONE)).plan().isEmpty())
                .isTrue();
        assertThat(reconciler(config, name -> List.of(TWO))
                        .repair(journal(), announced::add)
                        .converged())
                .isTrue();
        assertThat(remotes()).containsExactly(TWO);
        assertThat(reconciler(config, name -> List.of(ONE, TWO)).plan().isEmpty())
                .isTrue();
    }

    private List<Ipv4> remotes() {
        return kernel.state().links().values().stream()
                .map(link -> link.outer().remote())
                .toList();
    }

    @Test
    void aNameThatDoesNotResolveKeepsARunningTunnelAndDefersANewOne() throws Exception {
        Config config = tunnelTo("hub.example.net:10000");
        assertThat(reconciler(config).plan().deferred())
                .extracting(Object::toString)
                .containsExactly("tunnel.ipipou0: hub.example.net does not resolve");
        reconciler(config, name -> List.of(ONE)).repair(journal(), announced::add);
        Plan plan = reconciler(config).plan();
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.notes()).singleElement().asString().contains("the tunnel stays at 198.51.100.1");
    }
}
