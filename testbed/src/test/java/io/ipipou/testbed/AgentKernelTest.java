package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.spi.state.Ipv4;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub's agent and the agents of its peers. */
class AgentKernelTest {

    @TempDir
    Path directory;

    private HubLab lab;

    @BeforeEach
    void openLab() {
        lab = new HubLab(directory);
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void peersStayConnectedWhenTheyRoamTheRulesetIsFlushedOrTheAgentIsKilled(String backend) throws Exception {
        Agent server = lab.connectAll(backend);

        lab.translateTo(30000);
        for (int i = 0; i < 3; i++) {
            int number = i;
            Wait.until("peer " + i + " has roamed", () -> HubLab.portOf(server, number) >= 30000);
        }
        lab.pingFromAll();

        lab.hub().run("nft", "flush", "ruleset");
        Duration repair = Wait.until("the table is back", this::hasTable);
        System.out.printf("%s: the table was back %d ms after a flush%n", backend, repair.toMillis());
        lab.pingFromAll();

        lab.stopHub();
        AgentProcess victim = AgentProcess.start(lab.hub(), lab.stateDirectory(lab.hub()), lab.hubFile(backend));
        List<Pings> pings = new ArrayList<>();
        for (int i = 0; i < HubLab.PEERS; i++) {
            pings.add(Pings.start(lab.peer(i), "172.28." + i + ".0"));
        }
        victim.kill();
        pings.forEach(each -> each.awaitReplies(5));
        assertThat(lab.startHub(lab.hubFile(backend))).matches(HubLab::hasAdmittedAll);
        pings.forEach(Pings::assertNoneLost);
    }

    private boolean hasTable() {
        return lab.hub().run("nft", "list", "tables").contains("table ip ipipou");
    }

    @Test
    void theExampleOfAHubAndALaptopConnectsAndRoams() throws Exception {
        Path examples = Distribution.ROOT.resolve("examples/roaming");
        Agent server = lab.start(lab.hub(), Files.readString(examples.resolve("hub.yaml")), examples);
        lab.hub().ipBatch("address add 10.1.0.1/16 dev lo");
        NetworkNamespace laptop = lab.peer(3);
        lab.start(laptop, Files.readString(examples.resolve("laptop.yaml")), examples);
        Wait.until("the hub knows the laptop's endpoint", () -> isAt(server, "203.0.113.4"));
        laptop.ping("10.1.0.1");

        laptop.ipBatch("address del 203.0.113.4/24 dev eth0", "address add 203.0.113.44/24 dev eth0");
        Wait.until("the hub knows the laptop's new endpoint", () -> isAt(server, "203.0.113.44"));
        laptop.ping("10.1.0.1");
    }

    /** Whether the server's only peer is at this address. */
    private static boolean isAt(Agent server, String address) {
        return server.peers().values().stream().allMatch(peer -> peer.endpoint()
                .filter(where -> where.endpoint().address().equals(Ipv4.of(address)))
                .isPresent());
    }
}
