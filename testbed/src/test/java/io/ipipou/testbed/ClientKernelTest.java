package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client behind NAT that notices a dead tunnel by itself: its keepalive is so rare that no wait here lasts until the next. The client's
 * agent is a process, since it resolves the server's name; the server's runs in this JVM.
 */
class ClientKernelTest {

    private static final String CLIENT = TokenTunnel.client("hub.test", "5m");
    private static final String SERVER_INNER = "172.28.0.0";

    @TempDir
    Path directory;

    private final Lab lab = new Lab();
    private final List<AutoCloseable> agents = new ArrayList<>();
    private final NetworkNamespace internet = lab.internet();
    private final NetworkNamespace server = lab.hostOn(internet, "server", 1);
    private final NetworkNamespace nat = lab.natOn(internet, 9);
    private final NetworkNamespace client = lab.hostBehind(nat, "client", 0);

    @BeforeEach
    void setUp() throws IOException {
        nat.ip("address", "add", "192.168.0.254/24", "dev", "lan0");
        Lab.translateTo(nat, 20000);
        Files.createDirectories(hosts().getParent());
        setServerAddress("203.0.113.1");
    }

    private Path hosts() {
        return Path.of("/etc/netns", client.name(), "hosts");
    }

    /** Writes the file in place: what is mounted over /etc/hosts is its inode. */
    private void setServerAddress(String address) throws IOException {
        Files.writeString(hosts(), address + " hub.test\n");
    }

    @AfterEach
    void cleanUp() throws Exception {
        for (AutoCloseable agent : agents) {
            agent.close();
        }
        Files.deleteIfExists(hosts());
        Files.deleteIfExists(hosts().getParent());
        lab.close();
    }

    private Agent startServer(NetworkNamespace host) throws Exception {
        Path state = Files.createDirectories(directory.resolve(host.name()));
        Agent agent = host.call(
                () -> Plugins.BUILT_IN.agent("netlink", Plugins.BUILT_IN.config(TokenTunnel.server("netlink")), state));
        agents.add(agent);
        return agent;
    }

    private AgentProcess connectedClient() throws Exception {
        AgentProcess agent = AgentProcess.start(client, directory.resolve(client.name()), CLIENT);
        agents.add(agent);
        awaitAnswer(agent);
        awaitTunnel("after the start");
        return agent;
    }

    private static void awaitAnswer(AgentProcess agent) {
        Wait.until(
                "the server has answered",
                () -> agent.peer("ipipou0").path("state").asText().equals("answered"));
    }

    private void awaitTunnel(String when) {
        long millis = Wait.until("the tunnel works " + when, () -> client.reaches(SERVER_INNER))
                .toMillis();
        System.out.printf("the tunnel works %s: %d ms%n", when, millis);
    }

    private static String lastAuthPacket(AgentProcess agent) throws IOException {
        return agent.peer("ipipou0").path("last_authentication").asText();
    }

    @Test
    void authenticatesAgainWhenTheServerHasForgottenTheClient() throws Exception {
        Agent first = startServer(server);
        AgentProcess agent = connectedClient();

        agents.remove(first);
        first.close();
        server.run("nft", "flush", "ruleset");
        startServer(server);
        awaitTunnel("after the server's ruleset was flushed and its agent restarted");

        Lab.translateTo(nat, 30000);
        awaitTunnel("after the NAT has chosen another port");
        assertThat(server.run("ip", "-d", "link", "show", "dev", "ipipou0")).containsPattern("encap-dport 30\\d\\d\\d");
        awaitAnswer(agent);
    }

    @Test
    void authenticatesAtOnceWhenItsRouteOrAddressChanges() throws Exception {
        startServer(server);
        AgentProcess agent = connectedClient();
        String first = lastAuthPacket(agent);

        client.ip("route", "replace", "default", "via", "192.168.0.254");
        Wait.until("an authentication packet was sent", () -> !lastAuthPacket(agent)
                .equals(first));

        client.ipBatch(
                "address add 192.168.0.3/24 dev eth0",
                "address del 192.168.0.2/24 dev eth0",
                "route replace default via 192.168.0.1");
        awaitTunnel("after the client's address has changed");
        assertThat(client.run("ip", "-d", "link", "show", "dev", "ipipou0")).contains("local 192.168.0.3");
        awaitAnswer(agent);
    }

    @Test
    void resolvesTheServersNameAgainWhenTheServerIsSilent() throws Exception {
        startServer(server);
        AgentProcess agent = connectedClient();
        startServer(lab.hostOn(internet, "other", 2));

        server.ip("link", "set", "dev", "eth0", "down");
        setServerAddress("203.0.113.2");
        awaitTunnel("after the server's name has changed its address");
        awaitAnswer(agent); // a ping can return before the agent has read the server's reply
        assertThat(agent.peer("ipipou0").path("endpoint").asText()).isEqualTo("203.0.113.2:10000");
    }
}
