package io.ipipou.testbed;

import static io.ipipou.testbed.MovingLab.awaitTunnel;
import static io.ipipou.testbed.MovingLab.client;
import static io.ipipou.testbed.MovingLab.link;
import static io.ipipou.testbed.MovingLab.reasons;
import static io.ipipou.testbed.MovingLab.server;
import static io.ipipou.testbed.MovingLab.uses;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.agent.client.ClientState;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers whose addresses and names change, and hubs that can be reached in several ways. */
class MovingEndpointsKernelTest {

    private static final String HUB_INNER = "172.28.0.0";

    @TempDir
    Path directory;

    private MovingLab moving;

    @BeforeEach
    void open() {
        moving = new MovingLab(directory);
    }

    @AfterEach
    void close() {
        moving.close();
    }

    private NetworkNamespace host(String prefix, int number) {
        return moving.lab.hostOn(moving.internet, prefix, number);
    }

    private NetworkNamespace hub(int number) throws Exception {
        NetworkNamespace hub = host("hub", number);
        moving.start(hub, "netlink", TokenTunnel.server("netlink"));
        return hub;
    }

    private static String end(String peer, int own, int other) {
        return """
                apiVersion: ipipou/v1
                peers: {other: {endpoint: "%s:10000"}}
                tunnels:
                  ipipou0:
                    mode: static
                    peer: other
                    local: {device: eth0, port: 10000}
                    inner: {address: 172.28.0.%d, peer: 172.28.0.%d}
                """.formatted(peer, own, other);
    }

    /** B1. */
    @Test
    void aStaticPeerWithADynamicNameIsFollowed() throws Exception {
        NetworkNamespace one = host("one", 1);
        NetworkNamespace two = host("two", 2);
        moving.setName("one.test", "203.0.113.1");
        moving.setName("two.test", "203.0.113.2");
        moving.start(one, "netlink", end("two.test", 0, 1));
        moving.start(two, "netlink", end("one.test", 1, 0));
        awaitTunnel("between static peers", one, "172.28.0.1");

        two.ipBatch("address del 203.0.113.2/24 dev eth0", "address add 203.0.113.22/24 dev eth0");
        moving.setName("two.test", "203.0.113.22");
        awaitTunnel("after the peer and its name have moved", one, "172.28.0.1");
        assertThat(link(one)).contains("remote 203.0.113.22");
        assertThat(link(two)).contains("local 203.0.113.22");

        moving.setName("two.test", "203.0.113.21", "203.0.113.23");
        Wait.until("the tunnel follows the name", () -> !link(one).contains("remote 203.0.113.22"));
        two.ipBatch("address del 203.0.113.22/24 dev eth0", "address add 203.0.113.23/24 dev eth0");
        awaitTunnel("at the second of two addresses", one, "172.28.0.1");
        assertThat(link(one)).contains("remote 203.0.113.23");
    }

    /** B2. */
    @Test
    void theNextAddressIsTriedWhenTheFirstIsDead() throws Exception {
        hub(2);
        NetworkNamespace laptop = host("laptop", 9);
        moving.setName("hub.test", "203.0.113.1", "203.0.113.2");
        String yaml = client("netlink", "endpoint: \"hub.test:10000\"", "device: eth0");
        Agent agent = moving.start(laptop, "netlink", yaml);
        awaitTunnel("though the first address is dead", laptop, HUB_INNER);
        assertThat(server(agent).switched().orElseThrow())
                .isEqualTo("hub.test:10000 (203.0.113.1:10000) did not answer 3 authentication packets");

        moving.setName("hub.test", "203.0.113.2", "203.0.113.1", "203.0.113.7");
        MovingLab.apply(agent, yaml);
        assertThat(uses(agent, "203.0.113.2")).as("another order").isTrue();
    }

    @Test
    void ofSeveralEndpointsTheNextIsUsedAndReauthStartsAtTheFirst() throws Exception {
        NetworkNamespace first = hub(1);
        hub(2);
        NetworkNamespace laptop = host("laptop", 9);
        moving.setName("hub2.test", "203.0.113.2");
        String yaml = client(
                "netlink", "endpoints: [\"203.0.113.1:10000\", \"hub2.test:10000\"]", "device: eth0", "mtu: 1400");
        Agent agent = moving.start(laptop, "netlink", yaml);
        awaitTunnel("at the first of two endpoints", laptop, HUB_INNER);
        assertThat(uses(agent, "203.0.113.1")).isTrue();

        first.ip("link", "set", "dev", "eth0", "down");
        awaitTunnel("at the second of two endpoints", laptop, HUB_INNER);
        assertThat(uses(agent, "203.0.113.2")).isTrue();
        assertThat(server(agent).serverName()).isEqualTo("hub2.test:10000 (203.0.113.2:10000)");

        first.ip("link", "set", "dev", "eth0", "up");
        moving.stop(agent);
        agent = moving.start(laptop, "netlink", yaml);
        Agent restarted = agent;
        Wait.until("the hub answers", () -> server(restarted).state() == ClientState.ANSWERED);
        assertThat(uses(agent, "203.0.113.2"))
                .as("the endpoint is found in the kernel")
                .isTrue();
        laptop.ip("link", "delete", "dev", "ipipou0");
        awaitTunnel("after the link was deleted", laptop, HUB_INNER);
        assertThat(uses(agent, "203.0.113.2")).isTrue();

        agent.reauthenticate(Set.of());
        Wait.until("the first endpoint is used", () -> uses(restarted, "203.0.113.1"));
        awaitTunnel("at the first again", laptop, HUB_INNER);
    }

    @Test
    void namesWithoutAUsableAddressKeepNothingElseFromWorking() throws Exception {
        hub(1);
        NetworkNamespace laptop = host("laptop", 9);
        moving.setName("six.test");
        moving.setName("self.test", "127.0.0.1");
        moving.setName("all.test", "224.0.0.5");
        StringBuilder peers = new StringBuilder("{other: {endpoint: \"198.51.100.1:1\"}");
        StringBuilder tunnels = new StringBuilder();
        Set<String> names =
                IntStream.range(0, 47).mapToObj(i -> "n" + i + ".test").collect(Collectors.toSet());
        names.addAll(Set.of("six.test", "self.test", "all.test"));
        int number = 0;
        for (String name : names) {
            number++;
            peers.append(", p%d: {endpoint: \"%s:%d\"}".formatted(number, name, number));
            tunnels.append(
                    "  t%d: {mode: static, peer: p%d, local: {device: eth0, port: 20000}, inner: {address: 172.28.1.%d}}%n"
                            .formatted(number, number, number));
        }
        String yaml = client("netlink", "endpoint: \"203.0.113.1:10000\"", "device: eth0")
                        .replace("peers: {", "peers: " + peers + ", ")
                + tunnels;
        Agent agent = moving.start(laptop, "netlink", yaml);
        awaitTunnel("beside 50 names that do not resolve", laptop, HUB_INNER);
        assertThat(reasons(agent))
                .hasSize(50)
                .contains(
                        "n46.test does not resolve",
                        "six.test has no IPv4 address",
                        "self.test resolves to 127.0.0.1, which is no other host's address",
                        "all.test resolves to 224.0.0.5, which is no other host's address");
        moving.setName("n46.test", "203.0.113.46");
        Wait.until("the name's tunnel is there", () -> reasons(agent).size() == 49);
    }

    @Test
    void anAnswerThatDiffersEachTimeMovesTheTunnelOnce() throws Exception {
        NetworkNamespace one = host("one", 1);
        moving.setName("two.test", "203.0.113.2");
        Agent agent = moving.start(one, "netlink", end("two.test", 0, 1));
        String there = "remote 203.0.113.3";
        for (int lookup = 0; lookup < 6; lookup++) {
            moving.setName("two.test", "203.0.113." + (lookup % 2 == 0 ? 3 : 2));
            MovingLab.apply(agent, end("two.test", 0, 1));
            assertThat(link(one)).as("lookup %d", lookup).contains(there);
        }
    }
}
