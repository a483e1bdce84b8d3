package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.auth.Schemes;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Source;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.desired.LearntEndpoint;
import io.ipipou.core.desired.RoamingTunnel;
import io.ipipou.core.name.NameLookups;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.FakeKernel;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which endpoint, device and address a tunnel uses, on a host where they change. */
class EndsTest {

    private static final LinkName TUNNEL = new LinkName("t0");
    private static final LinkName ETH0 = new LinkName("eth0");
    private static final LinkName WL0 = new LinkName("wl0");
    private static final Ipv4 LEASE = Ipv4.of("203.0.113.5");

    private final FakeKernel kernel = FakeKernel.withDevice(ETH0, LEASE, 24);
    private final Map<String, List<String>> records = new HashMap<>();
    private final NameLookups names = new NameLookups(name -> {
        List<String> addresses = records.get(name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        return addresses.stream().map(Ipv4::of).toList();
    });
    private Optional<Endpoint> chosen = Optional.empty();

    @TempDir
    private Path directory;

    private static String client(String endpoints, String local) {
        return """
                apiVersion: ipipou/v1
                auth: {hub: {scheme: token, token: Labrador}}
                peers: {hub: {%s, auth: hub}}
                tunnels: {t0: {mode: client, peer: hub, local: {%s, port: 10000}, inner: {address: 172.28.0.1}}}
                """.formatted(endpoints, local);
    }

    private static String tunnel(String local) {
        return client("endpoint: \"198.51.100.1:10000\"", local);
    }

    /** Applies the file; returns what is deferred. */
    private List<String> apply(String yaml) throws Exception {
        Config config = new ConfigReader(Schemes.PLUGINS)
                .read(new Source("t.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of(".")))
                .config();
        EndpointLookup endpoints = new EndpointLookup() {
            @Override
            public Optional<LearntEndpoint> find(RoamingTunnel tunnel, Supplier<Optional<LearntEndpoint>> inKernel) {
                return inKernel.get();
            }

            @Override
            public Optional<Endpoint> chosen(LinkName tunnel) {
                return chosen;
            }
        };
        Reconciler reconciler = new Reconciler(
                config, Schemes.ALL, kernel.backend(), () -> names.lookUp(config.hostNames()), endpoints);
        ApplyReport report = reconciler.repair(new Journal(directory, "netlink"), plan -> {});
        assertThat(report.converged()).isTrue();
        return report.deferred().stream().map(deferral -> deferral.reason()).toList();
    }

    private IpipLink link() {
        return Optional.ofNullable(kernel.state().links().get(TUNNEL)).orElseThrow();
    }

    private String remote() {
        return new Endpoint(link().outer().remote(), link().encap().destinationPort()).toString();
    }

    private String local() {
        return link().outer().local().toString();
    }

    private void add(LinkName device, String address, int length, int scope) {
        Ipv4 own = Ipv4.of(address);
        kernel.addressAdd(new LinkAddress(device, own, own, length, device.value(), scope, false));
    }

    private void remove(LinkName device, String address, int length, int scope) {
        Ipv4 own = Ipv4.of(address);
        kernel.addressDelete(new LinkAddress(device, own, own, length, device.value(), scope, false));
    }

    private void addDevice(LinkName name, String address) {
        kernel.linkAdd(name, "dummy");
        kernel.linkUp(name);
        add(name, address, 24, LinkAddress.SCOPE_GLOBAL);
    }

    private static Route byDefault(LinkName device, String gateway, int metric) {
        return new Route(Ipv4Prefix.of("0.0.0.0/0"), Optional.of(device), Optional.of(Ipv4.of(gateway)), metric, 3);
    }

    @Test
    void theEndpointInUseStaysWhileItIsOneOfTheList() throws Exception {
        String two = client("endpoints: [\"198.51.100.1:10000\", \"198.51.100.2:10001\"]", "device: eth0");
        assertThat(apply(two)).isEmpty();
        assertThat(remote()).isEqualTo("198.51.100.1:10000");
        chosen = Optional.of(new Endpoint(Ipv4.of("198.51.100.2"), 10001));
        apply(two);
        assertThat(remote()).isEqualTo("198.51.100.2:10001");
        chosen = Optional.empty();
        apply(two);
        assertThat(remote()).as("found in the kernel").isEqualTo("198.51.100.2:10001");
        apply(client("endpoints: [\"198.51.100.1:10000\", \"198.51.100.3:10000\"]", "device: eth0"));
        assertThat(remote()).isEqualTo("198.51.100.1:10000");
        chosen = Optional.of(new Endpoint(Ipv4.of("192.0.2.99"), 10001));
        apply(two);
        assertThat(remote()).as("what is not in the list is not chosen").isEqualTo("198.51.100.1:10000");
    }

    @Test
    void ofSeveralEndpointsOneThatDoesNotResolveDelaysNothing() throws Exception {
        String two = client("endpoints: [\"hub.example:10000\", \"198.51.100.2:10000\"]", "device: eth0");
        assertThat(apply(two)).isEmpty();
        assertThat(remote()).isEqualTo("198.51.100.2:10000");
        records.put("hub.example", List.of("198.51.100.7"));
        apply(two);
        assertThat(remote()).as("no fail-back").isEqualTo("198.51.100.2:10000");
        assertThat(apply(client("endpoints: [\"a.example:10000\", \"b.example:10000\"]", "device: eth0")))
                .as("the endpoint in use may be the name's")
                .isEmpty();
        kernel.linkDelete(TUNNEL);
        assertThat(apply(client("endpoints: [\"a.example:10000\", \"b.example:10000\"]", "device: eth0")))
                .containsExactly("a.example does not resolve");
    }

    @Test
    void anAnswerThatAlternatesMovesTheTunnelOnce() throws Exception {
        String named = client("endpoint: \"hub.example:10000\"", "device: eth0");
        int writes = 0;
        for (int lookup = 0; lookup < 8; lookup++) {
            records.put("hub.example", List.of("198.51.100." + (1 + lookup % 2)));
            apply(named);
            writes = lookup == 2 ? kernel.writes() : writes;
        }
        assertThat(kernel.writes()).isEqualTo(writes);
        assertThat(remote()).isEqualTo("198.51.100.2:10000");
        records.put("hub.example", List.of("198.51.100.9", "198.51.100.2", "198.51.100.1"));
        apply(named);
        assertThat(remote()).as("still among the answers").isEqualTo("198.51.100.2:10000");
    }

    @Test
    void alternativeNamesOfADeviceAreAccepted() throws Exception {
        String name = "wan-uplink-to-the-provider";
        assertThat(apply(tunnel("device: " + name))).containsExactly("device " + name + " does not exist");
        kernel.linkAltName(ETH0, name);
        assertThat(apply(tunnel("device: " + name))).isEmpty();
        assertThat(link().outer().device()).contains(ETH0);
        int writes = kernel.writes();
        apply(tunnel("device: eth0"));
        assertThat(kernel.writes()).as("the same device").isEqualTo(writes);
    }

    @Test
    void anAddressThatRoutersForwardIsPreferredAndStays() throws Exception {
        remove(ETH0, "203.0.113.5", 24, LinkAddress.SCOPE_GLOBAL);
        assertThat(apply(tunnel("device: eth0"))).containsExactly("device eth0 has no IPv4 address");
        add(ETH0, "169.254.9.9", 16, LinkAddress.SCOPE_LINK);
        assertThat(apply(tunnel("device: eth0"))).isEmpty();
        assertThat(local()).isEqualTo("169.254.9.9");
        add(ETH0, "203.0.113.50", 32, LinkAddress.SCOPE_GLOBAL);
        apply(tunnel("device: eth0"));
        assertThat(local()).isEqualTo("203.0.113.50");
        add(ETH0, "203.0.113.5", 24, LinkAddress.SCOPE_GLOBAL);
        apply(tunnel("device: eth0"));
        assertThat(local()).as("the one in use stays").isEqualTo("203.0.113.50");
        remove(ETH0, "203.0.113.50", 32, LinkAddress.SCOPE_GLOBAL);
        apply(tunnel("device: eth0"));
        assertThat(local()).isEqualTo("203.0.113.5");
        add(ETH0, "203.0.113.50", 32, LinkAddress.SCOPE_GLOBAL);
        apply(tunnel("device: eth0"));
        assertThat(local()).isEqualTo("203.0.113.5");
        kernel.linkDelete(TUNNEL);
        apply(tunnel("device: eth0"));
        assertThat(local()).as("no virtual address").isEqualTo("203.0.113.5");
    }

    @Test
    void ofSeveralNetworksTheOneTowardsThePeerCounts() throws Exception {
        add(ETH0, "192.0.2.5", 24, LinkAddress.SCOPE_GLOBAL);
        kernel.routeAdd(byDefault(ETH0, "192.0.2.1", 0));
        apply(tunnel("device: eth0"));
        assertThat(local()).isEqualTo("192.0.2.5");
    }

    @Test
    void theAddressThatTheGateListensOnStaysBeforeAPeerHasConnected() throws Exception {
        String hub = """
                apiVersion: ipipou/v1
                auth: {laptop: {scheme: token, token: Labrador}}
                peers: {laptop: {auth: laptop}}
                tunnels: {t0: {mode: server, peer: laptop, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.1}}}
                """;
        apply(hub);
        add(ETH0, "192.0.2.5", 24, LinkAddress.SCOPE_GLOBAL);
        remove(ETH0, "203.0.113.5", 24, LinkAddress.SCOPE_GLOBAL);
        add(ETH0, "203.0.113.5", 24, LinkAddress.SCOPE_GLOBAL);
        int writes = kernel.writes();
        apply(hub);
        assertThat(kernel.writes()).isEqualTo(writes);
    }

    @Test
    void anAddressThatTheHostLacksNamesTheOneToWrite() throws Exception {
        assertThat(apply(tunnel("address: 198.51.100.77, device: eth0")))
                .containsExactly("this host does not have the address 198.51.100.77 (behind 1:1 NAT, write the private"
                        + " address 203.0.113.5)");
        assertThat(apply(tunnel("address: 198.51.100.77")).get(0)).endsWith("write the private address)");
        kernel.routeAdd(byDefault(ETH0, "203.0.113.1", 0));
        assertThat(apply(tunnel("address: 198.51.100.77")).get(0)).endsWith("write the private address 203.0.113.5)");
    }

    @Test
    void autoFollowsTheRouteToTheEndpoint() throws Exception {
        addDevice(WL0, "192.0.2.8");
        assertThat(apply(tunnel("device: auto"))).containsExactly("no route to 198.51.100.1");
        kernel.routeAdd(byDefault(WL0, "192.0.2.1", 600));
        assertThat(apply(tunnel("device: auto"))).isEmpty();
        assertThat(link().outer().device()).contains(WL0);
        assertThat(local()).isEqualTo("192.0.2.8");
        kernel.routeAdd(byDefault(ETH0, "203.0.113.1", 100));
        apply(tunnel("device: auto"));
        assertThat(link().outer().device()).contains(ETH0);
        assertThat(local()).isEqualTo("203.0.113.5");
        kernel.linkDown(ETH0);
        apply(tunnel("device: auto"));
        assertThat(link().outer().device()).contains(WL0);
        kernel.linkDown(WL0);
        assertThat(apply(tunnel("device: auto"))).containsExactly("no route to 198.51.100.1");
        assertThat(link().outer().device()).as("kept as it is").contains(WL0);
    }

    @Test
    void autoNeverLeadsThroughATunnelOfIpipou() throws Exception {
        kernel.routeAdd(byDefault(ETH0, "203.0.113.1", 100));
        String full = tunnel("device: auto").replace("172.28.0.1}", "172.28.0.1}, routes: [0.0.0.0/0]");
        assertThat(apply(full)).isEmpty();
        assertThat(link().outer().device()).contains(ETH0);
        int writes = kernel.writes();
        apply(full);
        assertThat(kernel.writes()).isEqualTo(writes);
        kernel.routeDelete(byDefault(ETH0, "203.0.113.1", 100));
        assertThat(apply(full)).containsExactly("no route to 198.51.100.1");
    }

    @Test
    void autoDoesNotConnectAHostToItself() throws Exception {
        assertThat(apply(client("endpoint: \"203.0.113.5:10000\"", "device: auto")))
                .containsExactly("the peer's endpoint 203.0.113.5 is an address of this host (write another endpoint)");
    }
}
