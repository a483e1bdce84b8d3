package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client behind NAT whose keepalive is so rare that only its own attention brings a dead tunnel back. */
class ClientKernelTest {

    /** A fifth of the keepalive. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SERVER = """
            apiVersion: ipipou/v1
            auth: {laptop: {scheme: token, token: Labrador}}
            peers: {laptop: {auth: laptop}}
            tunnels:
              ipipou0:
                mode: server
                peer: laptop
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.0, peer: 172.28.0.1}
            """;

    private static final String CLIENT = """
            apiVersion: ipipou/v1
            auth: {hub: {scheme: token, token: Labrador}}
            peers: {hub: {endpoint: "hub.test:10000", auth: hub}}
            tunnels:
              ipipou0:
                mode: client
                peer: hub
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.1, peer: 172.28.0.0}
                keepalive: 5m
            """;

    @TempDir
    Path directory;

    private final List<NetworkNamespace> namespaces = new ArrayList<>();
    private final List<AgentProcess> agents = new ArrayList<>();
    private NetworkNamespace internet;
    private NetworkNamespace server;
    private NetworkNamespace nat;
    private NetworkNamespace client;

    @BeforeEach
    void lab() throws IOException {
        internet = namespace("internet");
        internet.ip("link", "add", "name", "lan0", "type", "bridge");
        internet.ip("link", "set", "dev", "lan0", "up");
        server = onInternet("server", 1);
        nat = onInternet("nat", 9);
        nat.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        masquerade(20000);
        client = namespace("client");
        client.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "lan0", "netns", nat.name());
        client.ip("link", "set", "dev", "eth0", "up");
        client.ip("addr", "add", "192.168.0.2/24", "dev", "eth0");
        nat.ip("link", "set", "dev", "lan0", "up");
        nat.ip("addr", "add", "192.168.0.1/24", "dev", "lan0");
        nat.ip("addr", "add", "192.168.0.254/24", "dev", "lan0");
        client.ip("route", "add", "default", "via", "192.168.0.1");
        Files.createDirectories(hosts().getParent());
        nameIs("203.0.113.1");
    }

    private NetworkNamespace namespace(String prefix) {
        NetworkNamespace namespace = NetworkNamespace.create(prefix);
        namespaces.add(namespace);
        namespace.ip("link", "set", "dev", "lo", "up");
        return namespace;
    }

    private NetworkNamespace onInternet(String prefix, int number) {
        NetworkNamespace host = namespace(prefix);
        host.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "to" + number, "netns", internet.name());
        host.ip("link", "set", "dev", "eth0", "up");
        internet.ip("link", "set", "dev", "to" + number, "master", "lan0", "up");
        host.ip("addr", "add", "203.0.113." + number + "/24", "dev", "eth0");
        return host;
    }

    /** From now on the client's packets come from a port from this one on. */
    private void masquerade(int port) {
        nat.run(
                "nft",
                "flush ruleset; table ip nat { chain post { type nat hook postrouting priority srcnat; "
                        + "oifname eth0 ip protocol udp masquerade to :" + port + "-" + (port + 99) + "; }; }");
        nat.run("conntrack", "-F");
    }

    private Path hosts() {
        return Path.of("/etc/netns", client.name(), "hosts");
    }

    /** Written in place: what is mounted over a file is its inode. */
    private void nameIs(String address) throws IOException {
        Files.writeString(hosts(), address + " hub.test\n");
    }

    @AfterEach
    void cleanUp() throws IOException {
        agents.forEach(AgentProcess::close);
        Files.deleteIfExists(hosts());
        Files.deleteIfExists(hosts().getParent());
        namespaces.forEach(NetworkNamespace::close);
    }

    private AgentProcess start(NetworkNamespace host, String yaml) throws IOException {
        AgentProcess agent = AgentProcess.start(host, directory.resolve(host.name()), yaml);
        agents.add(agent);
        return agent;
    }

    private void stop(AgentProcess agent) {
        agent.close();
        agents.remove(agent);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static Duration await(String what, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(PATIENCE.toNanos());
            Thread.sleep(20);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("%s after %d ms%n", what, took.toMillis());
        return took;
    }

    private boolean pings() {
        return client.call(() -> Command.tryRun(List.of("ping", "-c", "1", "-W", "1", "172.28.0.0"), ""))
                        .status()
                == 0;
    }

    private AgentProcess connected() throws Exception {
        AgentProcess agent = start(client, CLIENT);
        await("the server has answered", () -> is("answered", agent));
        await("the tunnel is there", this::pings);
        return agent;
    }

    private static boolean is(String state, AgentProcess agent) throws IOException {
        return agent.peer("ipipou0").path("state").asText().equals(state);
    }

    private static String lastProof(AgentProcess agent) throws IOException {
        return agent.peer("ipipou0").path("last_authentication").asText();
    }

    @Test
    void aServerThatForgotTheClientIsProvedToAgainWhenItsPacketsStayUnanswered() throws Exception {
        AgentProcess hub = start(server, SERVER);
        AgentProcess agent = connected();

        stop(hub);
        server.run("nft", "flush", "ruleset");
        start(server, SERVER);
        await("after a flush and a restart of the server's agent the tunnel is back", this::pings);

        masquerade(30000);
        await("with another mapping of the NAT the tunnel is back", this::pings);
        assertThat(server.run("ip", "-d", "link", "show", "dev", "ipipou0")).containsPattern("encap-dport 30\\d\\d\\d");
        await("it answers", () -> is("answered", agent));
    }

    @Test
    void anotherWayOutIsAReasonForAProofAtOnce() throws Exception {
        start(server, SERVER);
        AgentProcess agent = connected();
        String first = lastProof(agent);

        client.ip("route", "replace", "default", "via", "192.168.0.254");
        await("after another default route a proof was sent", () -> !lastProof(agent)
                .equals(first));

        client.ip("addr", "add", "192.168.0.3/24", "dev", "eth0");
        client.ip("addr", "del", "192.168.0.2/24", "dev", "eth0");
        client.ip("route", "replace", "default", "via", "192.168.0.1");
        await("with another address the tunnel is back", this::pings);
        assertThat(client.run("ip", "-d", "link", "show", "dev", "ipipou0")).contains("local 192.168.0.3");
        await("the server has answered", () -> is("answered", agent));
    }

    @Test
    void aServersNameIsFollowedWhenItFallsSilent() throws Exception {
        start(server, SERVER);
        AgentProcess agent = connected();
        NetworkNamespace other = onInternet("other", 2);
        start(other, SERVER);

        server.ip("link", "set", "dev", "eth0", "down");
        nameIs("203.0.113.2");
        await("the name is followed", this::pings);
        await("it answers", () -> is("answered", agent)); // a ping may come back before the server's reply is taken in
        assertThat(agent.peer("ipipou0").path("endpoint").asText()).isEqualTo("203.0.113.2:10000");
    }
}
