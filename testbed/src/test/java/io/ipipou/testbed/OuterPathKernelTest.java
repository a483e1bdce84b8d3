package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of outer packets: over routers, and beside a full tunnel. */
@KernelDependent
class OuterPathKernelTest extends RoutesLab {

    /** Case C12 of the field: a routing protocol's packets have a TTL of 1, and two routers are on the way. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void innerPacketsWithATtlOf1CrossOuterRouters(String backend) throws Exception {
        NetworkNamespace here = lab.host("here");
        NetworkNamespace near = lab.host("near");
        NetworkNamespace far = lab.host("far");
        NetworkNamespace there = lab.host("there");
        link(here, "198.51.100.1", near, "198.51.100.2", "0");
        link(near, "198.51.100.5", far, "198.51.100.6", "1");
        link(far, "198.51.100.9", there, "198.51.100.10", "2");
        here.ip("route", "add", "default", "via", "198.51.100.2");
        near.ip("route", "add", "default", "via", "198.51.100.6");
        far.ip("route", "add", "198.51.100.0/30", "via", "198.51.100.5");
        there.ip("route", "add", "default", "via", "198.51.100.9");
        for (NetworkNamespace router : List.of(near, far)) {
            router.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        }
        String file = """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                peers: {p: {endpoint: "%s:10000"}}
                tunnels:
                  t0:
                    mode: static
                    peer: p
                    local: {address: %s, port: 10000}
                    inner: {address: 172.28.0.%d, peer: 172.28.0.%d}
                    mtu: 1400
                """;
        String own = file.formatted(backend, "198.51.100.10", "198.51.100.1", 1, 2);
        apply(here, own);
        apply(there, file.formatted(backend, "198.51.100.1", "198.51.100.10", 2, 1));
        here.run("ping", "-c", "2", "-i", "0.2", "-W", "5", "-t", "1", "172.28.0.2");

        apply(here, own + "    ttl: inherit\n");
        here.ping("172.28.0.2");
        assertThat(here.tryRun("ping", "-c", "1", "-W", "2", "-t", "1", "172.28.0.2")
                        .status())
                .as("with the inner TTL, it does not")
                .isNotZero();
    }

    private static void link(
            NetworkNamespace one, String oneAddress, NetworkNamespace other, String otherAddress, String number) {
        String device = "wan" + number;
        one.ipBatch(
                "link set dev lo up",
                "link add name " + device + " type veth peer name " + device + " netns " + other.name(),
                "link set dev " + device + " up",
                "address add " + oneAddress + "/30 dev " + device);
        other.ipBatch(
                "link set dev lo up",
                "link set dev " + device + " up",
                "address add " + otherAddress + "/30 dev " + device);
    }

    /** Case C13 of the field: everything goes through the tunnel, but for the tunnel's own packets. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void aFullTunnelDoesNotLoop(String backend) throws Exception {
        NetworkNamespace router = lab.host("router");
        NetworkNamespace client = lab.host("client");
        NetworkNamespace hub = lab.host("hub");
        link(client, "198.51.100.1", router, "198.51.100.2", "0");
        link(router, "198.51.100.5", hub, "198.51.100.6", "1");
        router.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        client.ip("route", "add", "default", "via", "198.51.100.2", "metric", "100");
        hub.ipBatch("route add default via 198.51.100.5", "address add 192.0.2.99/32 dev lo");
        client.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=2");
        String file = """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                auth: {a: {scheme: token, token: Labrador}}
                peers: {p: {endpoint: "198.51.100.6:10000", auth: a}}
                tunnels:
                  t0:
                    mode: client
                    peer: p
                    local: {%s, port: 10000}
                    inner: {address: 172.28.0.1, peer: 172.28.0.2}
                    keepalive: 1s
                    routes: [0.0.0.0/0]
                """;
        Cli.Result looping = Cli.run(
                client,
                "validate",
                file(client, file.formatted(backend, "address: 198.51.100.1")).toString());
        assertThat(looping.status()).isEqualTo(78);
        assertThat(looping.err()).contains("would be routed into the tunnel itself (add local.device");

        String server = """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                auth: {a: {scheme: token, token: Labrador}}
                peers: {p: {auth: a}}
                tunnels:
                  t0:
                    mode: server
                    peer: p
                    local: {device: wan1, port: 10000}
                    inner: {address: 172.28.0.2, peer: 172.28.0.1}
                """.formatted(backend);
        String own = file.formatted(backend, "device: wan0");
        Agent hubAgent = hub.call(() -> Plugins.BUILT_IN.agent(
                backend, Plugins.BUILT_IN.config(server, directory), Files.createDirectory(directory.resolve("hub"))));
        try (hubAgent) {
            Agent agent = client.call(() -> Plugins.BUILT_IN.agent(
                    backend,
                    Plugins.BUILT_IN.config(own, directory),
                    Files.createDirectory(directory.resolve("client"))));
            try (agent) {
                Wait.until("the far end of the full tunnel is reached", () -> client.reaches("192.0.2.99"));
                assertThat(route(client, "192.0.2.99")).contains("dev t0");
                assertThat(route(client, "198.51.100.6")).contains("dev t0");
                Pings pings = Pings.start(client, "192.0.2.99");
                pings.awaitReplies(20);
                pings.assertNoneLost();
                // The kernel counts a packet whose route leads back into the tunnel as a collision.
                assertThat(client.run("cat", "/proc/net/dev")).containsPattern("t0:( +[0-9]+){13} +0 ");
            }
        }
        assertNoChanges(client, own);
    }
}
