package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.auth.RejectionReason;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the gate does with packets of hosts that are not admitted. The netlink backend alone: the table is the same with either, see
 * {@link BackendsAgreeKernelTest}.
 */
@KernelDependent
class GateKernelTest {

    private static final int HEADERS = 28; // IPv4 and UDP
    private static final int AUTH_PACKET = 73;

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

    @Test
    void noPacketOfAnUnknownSourceReachesATunnelWhetherAnAgentRunsOrNot() throws Exception {
        Agent server = lab.connectAll("netlink");
        assertReplayIsRejected(server, recordedAuthPacket());

        assertUnknownSourceIsShutOut();
        lab.stopHub();
        assertUnknownSourceIsShutOut();
    }

    /** An authentication packet of peer 4, as anyone on its path can record it. */
    private byte[] recordedAuthPacket() {
        String filter = "src 203.0.113.5 and udp[4:2] = 81";
        Background tcpdump = lab.hub()
                .start("tcpdump", "-nn", "-l", "-x", "-i", "eth0", "-c", "1", filter)
                .awaitLine("listening on");
        String hex = tcpdump.awaitEnd()
                .lines()
                .filter(line -> line.strip().startsWith("0x"))
                .map(line -> line.substring(line.indexOf(':') + 1).replace(" ", ""))
                .collect(Collectors.joining());
        return Arrays.copyOfRange(HexFormat.of().parseHex(hex), HEADERS, HEADERS + AUTH_PACKET);
    }

    private void assertReplayIsRejected(Agent server, byte[] authPacket) {
        Endpoint before = HubLab.snapshot(server, 4).endpoint().orElseThrow().endpoint();
        send(authPacket);
        Wait.until(
                "the replay is counted",
                () -> HubLab.snapshot(server, 4).rejections().getOrDefault(RejectionReason.REPLAY, 0L) > 0);
        assertThat(HubLab.snapshot(server, 4).endpoint().orElseThrow().endpoint())
                .isEqualTo(before);
    }

    private void send(byte[] payload) {
        lab.unknown().call(() -> {
            try (PacketSender sender = PacketSender.open()) {
                sender.send(new Datagram(
                        new Endpoint(Ipv4.of(HubLab.UNKNOWN_ADDRESS), 4444),
                        new Endpoint(Ipv4.of(HubLab.HUB_ADDRESS), 10000),
                        Payload.of(payload)));
            }
            return true;
        });
    }

    /** Inner packets in UDP from its own address, and in plain IPIP from the address of peer 4. */
    private void assertUnknownSourceIsShutOut() {
        long before = packetsFromTunnels();
        lab.unknown()
                .ipBatch(
                        "fou add port 10000 ipproto 4",
                        "link add name x0 type ipip local 203.0.113.66 remote 203.0.113.1"
                                + " encap fou encap-sport 10000 encap-dport 10000",
                        "address add 172.28.4.1 peer 172.28.4.0 dev x0",
                        "link set dev x0 up");
        assertNoReplyFrom("172.28.4.0");
        lab.unknown()
                .ipBatch(
                        "address add 203.0.113.5/32 dev eth0",
                        "link del dev x0",
                        "link add name x0 type ipip local 203.0.113.5 remote 203.0.113.1",
                        "address add 172.28.4.1 peer 172.28.4.0 dev x0",
                        "link set dev x0 up");
        assertNoReplyFrom("172.28.4.0");
        lab.unknown().ipBatch("link del dev x0", "address del 203.0.113.5/32 dev eth0", "fou del port 10000 ipproto 4");
        assertThat(packetsFromTunnels()).isEqualTo(before);
    }

    private void assertNoReplyFrom(String address) {
        assertThat(lab.unknown()
                        .tryRun("ping", "-c", "3", "-i", "0.2", "-W", "1", address)
                        .output())
                .contains("3 packets transmitted, 0 received");
    }

    /** Packets that the hub's tunnels have received; the peers themselves send none. */
    private long packetsFromTunnels() {
        return lab.hub()
                .run("cat", "/proc/net/dev")
                .lines()
                .filter(line -> line.strip().startsWith("hub"))
                .mapToLong(line -> Long.parseLong(line.strip().split("[: ]+")[2]))
                .sum();
    }

    /**
     * Also packets as long as an authentication packet, and fragments: they reach the gate before they are reassembled, and all but the
     * first have no ports.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsForOtherServicesPass(boolean secondAddress) throws Exception {
        lab.hub().ip("address", "add", "203.0.113.2/24", "dev", "eth0");
        String second =
                "  more: {peer: p4, local: {address: 203.0.113.2, port: 10001}, inner: {address: 172.28.9.0, peer: 172.28.9.1}}\n";
        Agent server = lab.startHub(lab.hubFile("netlink") + (secondAddress ? second : ""));
        lab.startPeer("netlink", 0);
        for (int size : List.of(0, 16, AUTH_PACKET, 4000)) {
            byte[] sent = new byte[size];
            Arrays.fill(sent, (byte) 0x45);
            assertThat(receivedByAService(sent)).isEqualTo(sent);
        }
        Wait.until("peer 0 is admitted", () -> HubLab.portOf(server, 0) > 0);
        lab.peer(0).ping("172.28.0.0");
        assertUnknownSourceIsShutOut();
    }

    /** What a program on the hub receives when the unknown host sends it these bytes in a datagram. */
    private byte[] receivedByAService(byte[] sent) {
        return lab.hub().call(() -> {
            try (DatagramSocket service = new DatagramSocket(5000, InetAddress.getByName(HubLab.HUB_ADDRESS))) {
                service.setSoTimeout(60_000);
                lab.unknown().call(() -> {
                    try (DatagramSocket client = new DatagramSocket()) {
                        client.send(new DatagramPacket(sent, sent.length, service.getLocalSocketAddress()));
                    }
                    return true;
                });
                DatagramPacket packet = new DatagramPacket(new byte[5000], 5000);
                service.receive(packet);
                return Arrays.copyOf(packet.getData(), packet.getLength());
            }
        });
    }
}
