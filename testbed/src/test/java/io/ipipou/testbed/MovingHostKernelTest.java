package io.ipipou.testbed;

import static io.ipipou.testbed.MovingLab.awaitTunnel;
import static io.ipipou.testbed.MovingLab.client;
import static io.ipipou.testbed.MovingLab.link;
import static io.ipipou.testbed.MovingLab.reasons;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A laptop whose devices and addresses change. */
class MovingHostKernelTest {

    private static final String HUB_INNER = "172.28.0.0";
    private static final String HUB = "endpoint: \"203.0.113.1:10000\"";

    @TempDir
    Path directory;

    private MovingLab moving;
    private NetworkNamespace cable;
    private NetworkNamespace laptop;
    private Agent hub;

    @BeforeEach
    void open() throws Exception {
        moving = new MovingLab(directory);
        NetworkNamespace server = moving.lab.hostOn(moving.internet, "hub", 1);
        hub = moving.start(server, "netlink", TokenTunnel.server("netlink"));
        cable = moving.lab.natOn(moving.internet, 8);
        Lab.translateTo(cable, 20000);
        laptop = moving.lab.host("laptop");
        laptop.ipBatch("link set dev lo up");
        MovingLab.connect(laptop, "w0", cable, 0, 100);
    }

    @AfterEach
    void close() {
        moving.close();
    }

    private NetworkNamespace wifi() {
        NetworkNamespace wifi = moving.lab.natOn(moving.internet, 9);
        Lab.translateTo(wifi, 20000);
        MovingLab.connect(laptop, "wl0", wifi, 5, 600);
        return wifi;
    }

    /** B3. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void autoFollowsTheRouteToTheHub(String backend) throws Exception {
        wifi();
        moving.start(laptop, backend, client(backend, HUB, "device: auto"));
        awaitTunnel("through the cable", laptop, HUB_INNER);
        assertThat(link(laptop)).contains("dev w0").contains("local 192.168.0.2");

        laptop.ip("address", "del", "192.168.0.2/24", "dev", "w0");
        Duration knows = Wait.until("the hub knows the new endpoint", () -> isAt("203.0.113.9"));
        System.out.printf("%s: the hub knew after %d ms%n", backend, knows.toMillis());
        awaitTunnel("through Wi-Fi", laptop, HUB_INNER);
        assertThat(link(laptop)).contains("dev wl0").contains("local 192.168.5.2");

        laptop.ipBatch("address add 192.168.0.2/24 dev w0", "route add default via 192.168.0.1 metric 100");
        Wait.until("the hub knows the old endpoint", () -> isAt("203.0.113.8"));
        awaitTunnel("through the cable again", laptop, HUB_INNER);

        laptop.ip("rule", "add", "to", "203.0.113.1", "lookup", "100");
        laptop.ip("route", "add", "default", "via", "192.168.5.1", "table", "100");
        Wait.until("the hub knows the endpoint by the rule", () -> isAt("203.0.113.9"));
    }

    private boolean isAt(String address) {
        return hub.peers().values().stream().allMatch(peer -> peer.endpoint()
                .filter(learnt -> learnt.endpoint().address().toString().equals(address))
                .isPresent());
    }

    @Test
    void autoWithAFullTunnelUsesTheOtherDefaultRoute() throws Exception {
        String yaml = client("netlink", HUB, "device: auto", "routes: [0.0.0.0/0]");
        Agent agent = moving.start(laptop, "netlink", yaml);
        awaitTunnel("as the default route", laptop, HUB_INNER);
        assertThat(laptop.run("ip", "route", "get", "198.51.100.1")).contains("dev ipipou0");
        assertThat(link(laptop)).contains("dev w0");
        assertThat(MovingLab.apply(agent, yaml).plan().hasChanges()).isFalse();
        wifi();
        laptop.ip("link", "set", "dev", "w0", "down");
        Wait.until("the hub knows the new endpoint", () -> isAt("203.0.113.9"));
        awaitTunnel("as the default route through Wi-Fi", laptop, HUB_INNER);
    }

    @Test
    void autoWithoutARouteWaitsForOne() throws Exception {
        laptop.ip("route", "del", "default");
        Agent agent = moving.start(laptop, "netlink", client("netlink", HUB, "device: auto"));
        assertThat(reasons(agent)).containsExactly("no route to 203.0.113.1");
        laptop.ip("route", "add", "default", "via", "192.168.0.1");
        awaitTunnel("after a route was added", laptop, HUB_INNER);
        assertThat(reasons(agent)).isEmpty();
    }

    /** B4. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void alternativeNamesOfDevicesAreAccepted(String backend) throws Exception {
        String name = "uplink-to-the-provider";
        Agent agent = moving.start(laptop, backend, client(backend, HUB, "device: " + name));
        assertThat(reasons(agent)).containsExactly("device " + name + " does not exist");
        laptop.ip("link", "property", "add", "dev", "w0", "altname", name);
        awaitTunnel("on a device with an alternative name", laptop, HUB_INNER);
        assertThat(link(laptop)).contains("dev w0");
    }

    /** B6. */
    @Test
    void theAddressInUseStaysAndIsNeitherLinkLocalNorVirtual() throws Exception {
        laptop.ipBatch(
                "address del 192.168.0.2/24 dev w0",
                "address add 169.254.7.7/16 dev w0 scope link",
                "address add 192.168.0.77/32 dev w0",
                "address add 192.168.0.2/24 dev w0",
                "route add default via 192.168.0.1");
        moving.start(laptop, "netlink", client("netlink", HUB, "device: w0"));
        awaitTunnel("beside a link-local and a virtual address", laptop, HUB_INNER);
        assertThat(link(laptop)).contains("local 192.168.0.2");

        laptop.ipBatch(
                "address add 192.168.0.3/24 dev w0",
                "address del 192.168.0.77/32 dev w0",
                "address add 192.168.0.78/32 dev w0");
        laptop.ping(HUB_INNER);
        assertThat(link(laptop)).contains("local 192.168.0.2");

        laptop.ipBatch(
                "address del 192.168.0.2/24 dev w0",
                "address del 192.168.0.3/24 dev w0",
                "address add 192.168.0.4/24 dev w0",
                "route replace default via 192.168.0.1");
        awaitTunnel("with the address of a new lease", laptop, HUB_INNER);
        assertThat(link(laptop)).contains("local 192.168.0.4");
    }

    @Test
    void aDeviceThatReturnsWithAnotherIndexIsUsedAgain() throws Exception {
        Agent agent = moving.start(laptop, "netlink", client("netlink", HUB, "device: w0"));
        awaitTunnel("before the device is gone", laptop, HUB_INNER);
        laptop.ip("link", "delete", "dev", "w0");
        Wait.until("the tunnel is deferred", () -> reasons(agent).contains("device w0 does not exist"));
        laptop.ipBatch("link add name other type dummy");
        MovingLab.connect(laptop, "w0", cable, 0, 100);
        awaitTunnel("on the device that has returned", laptop, HUB_INNER);
    }

    /** B7. */
    @Test
    void anAddressThatTheHostLacksIsNamedWithTheOneToWrite() throws Exception {
        Agent agent = moving.start(laptop, "netlink", client("netlink", HUB, "address: 203.0.113.8"));
        assertThat(agent.convergence().deferred())
                .singleElement()
                .hasToString("tunnel.ipipou0: this host does not have the address 203.0.113.8"
                        + " (behind 1:1 NAT, write the private address 192.168.0.2)");
    }
}
