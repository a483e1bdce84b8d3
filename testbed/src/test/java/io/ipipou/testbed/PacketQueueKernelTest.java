package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketBatch;
import io.ipipou.agent.packet.PacketQueue;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.agent.packet.QueuedPacket;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets from one host through a queue rule of another's. */
@Timeout(120)
class PacketQueueKernelTest {

    private static final int QUEUE = 7;
    private static final Endpoint LEFT = new Endpoint(Ipv4.of("203.0.113.1"), 20000);
    private static final Endpoint RIGHT = new Endpoint(Ipv4.of("203.0.113.2"), 10000);
    private static final int FLOOD = 40_000;

    private NetworkNamespace left;
    private NetworkNamespace right;

    @BeforeEach
    void twoHosts() {
        left = NetworkNamespace.create("left");
        right = NetworkNamespace.create("right");
        left.ip("link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns", right.name());
        configure(left, LEFT);
        configure(right, RIGHT);
        right.run(
                "nft",
                "add table ip t; add chain ip t c { type filter hook prerouting priority raw; };"
                        + " add rule ip t c udp dport 10000 counter queue num " + QUEUE);
    }

    private static void configure(NetworkNamespace host, Endpoint end) {
        host.ip("link", "set", "dev", "lo", "up");
        host.ip("link", "set", "dev", "eth0", "up");
        host.ip("addr", "add", end.address() + "/24", "dev", "eth0");
    }

    @AfterEach
    void cleanUp() {
        left.close();
        right.close();
    }

    private PacketQueue open() {
        return right.call(() -> PacketQueue.open(QUEUE));
    }

    private static Datagram datagram(String text) {
        return new Datagram(LEFT, RIGHT, Payload.of(text.getBytes(UTF_8)));
    }

    private static List<Datagram> receive(PacketQueue queue, int count) throws BackendException {
        List<Datagram> datagrams = new ArrayList<>();
        while (datagrams.size() < count) {
            PacketBatch batch = queue.receive().orElseThrow();
            datagrams.addAll(batch.datagrams());
            queue.drop(batch);
        }
        return datagrams;
    }

    private void send(Datagram... datagrams) {
        left.call(() -> {
            try (PacketSender sender = PacketSender.open()) {
                for (Datagram datagram : datagrams) {
                    sender.send(datagram);
                }
            }
            return true;
        });
    }

    /** Packets that met the queue rule. */
    private long queued() {
        Matcher counter = Pattern.compile("counter packets ([0-9]+)").matcher(right.run("nft", "list", "ruleset"));
        assertThat(counter.find()).isTrue();
        return Long.parseLong(counter.group(1));
    }

    /** Bytes that wait in the receive buffer of the socket of that port on the right. */
    private long unread(int port) {
        return Long.parseLong(right.run("ss", "-Huan", "sport", "=", ":" + port).split("\\s+")[1]);
    }

    @Test
    void packetsComeAndNobodyElseGetsThem() throws BackendException {
        try (DatagramSocket bystander = right.call(() -> new DatagramSocket(RIGHT.port()));
                PacketQueue queue = open()) {
            Datagram[] sent = {datagram("a"), datagram(""), datagram("a longer one")};
            send(sent);
            assertThat(receive(queue, sent.length)).containsExactly(sent);
            send(datagram("after a verdict"));
            assertThat(receive(queue, 1)).containsExactly(datagram("after a verdict"));
            assertThat(unread(bystander.getLocalPort())).isZero();
            assertThat(right.run("cat", "/proc/net/netfilter/nfnetlink_queue"))
                    .as("nothing waits, whole packets are copied")
                    .containsPattern("^ +7 +-?[0-9]+ +0 +2 +65531 +0 +0 +4 ");
            assertThat(queue.overruns()).isZero();
            assertThat(queue.lost()).isZero();
        }
    }

    @Test
    void whatIsTooLongComesAsAPacketWithoutADatagram() throws BackendException {
        try (PacketQueue queue = right.call(() -> PacketQueue.open(QUEUE, 100))) {
            Datagram longest = datagram("x".repeat(100));
            send(datagram("x".repeat(101)), longest);
            List<QueuedPacket> packets = new ArrayList<>();
            while (packets.size() < 2) {
                PacketBatch batch = queue.receive().orElseThrow();
                queue.drop(batch);
                packets.addAll(batch.packets());
            }
            assertThat(packets)
                    .extracting(QueuedPacket::datagram)
                    .containsExactly(Optional.empty(), Optional.of(longest));
            assertThat(packets).extracting(QueuedPacket::id).containsExactly(1, 2);
        }
    }

    @Test
    void withoutAListenerPacketsAreDropped() throws Exception {
        try (DatagramSocket bystander = right.call(() -> new DatagramSocket(RIGHT.port()));
                DatagramSocket other = right.call(() -> new DatagramSocket(10001))) {
            open().close();
            send(datagram("a"), new Datagram(LEFT, new Endpoint(RIGHT.address(), 10001), Payload.EMPTY));
            other.setSoTimeout(60_000);
            other.receive(new DatagramPacket(new byte[1], 1));
            assertThat(queued()).isEqualTo(1);
            assertThat(unread(bystander.getLocalPort())).isZero();
        }
    }

    @Test
    void closingEndsAReceiveWheneverItComesAndGivesTheQueueBack() throws Exception {
        for (int i = 0; i < 100; i++) {
            PacketQueue queue = open();
            CompletableFuture<Long> receiving = receiveUntilGood(queue);
            queue.close();
            assertThatThrownBy(receiving::get).hasRootCauseMessage("closed");
            queue.close();
            assertThat(queue.receive()).isEmpty();
            assertThat(queue.lost()).isZero();
        }
        try (PacketQueue again = open()) {
            send(datagram("a"));
            assertThat(receive(again, 1)).containsExactly(datagram("a"));
        }
    }

    @Test
    void aQueueThatAnotherProgramHasIsToldWithItsNumberAndWhatToDo() {
        try (PacketQueue queue = open()) {
            assertThatThrownBy(this::open)
                    .cause()
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("NFQUEUE number 7, which ")
                    .hasMessageEndingWith(
                            " has: stop that program, or give another number (settings.queue) and apply: Device or resource busy (EBUSY)");
            assertThat(queue.lost()).isZero();
        }
    }

    @Test
    void withoutPrivilegeItSaysSo() {
        assertThatThrownBy(() -> right.callUnprivileged(() -> PacketQueue.open(QUEUE)))
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .matches(BackendException::isPermissionDenied)
                .hasToString(
                        "io.ipipou.spi.backend.BackendException: taking NFQUEUE number 7: Operation not permitted (EPERM)");
    }

    @Test
    void packetsWhoseRuleGoesAwayBeforeTheirVerdictDoNoHarm() throws BackendException {
        try (PacketQueue queue = open()) {
            send(datagram("a"));
            PacketBatch batch = queue.receive().orElseThrow();
            String ruleset = right.run("nft", "list", "ruleset");
            right.run("nft", "flush", "ruleset");
            queue.drop(batch);
            right.call(() -> Command.run(List.of("nft", "-f", "-"), ruleset));
            send(datagram("b"));
            assertThat(receive(queue, 1)).containsExactly(datagram("b"));
        }
    }

    /** Sends such packets from the left with the kernel's own generator, which is done when this returns. */
    private void flood(int packets, int payload) {
        left.run("modprobe", "pktgen");
        String mac = "02:00:00:00:00:02";
        right.ip("link", "set", "dev", "eth0", "address", mac);
        pktgen("kpktgend_0", "add_device eth0");
        for (String line : List.of(
                "count " + packets,
                "ratep 20000",
                "pkt_size " + (14 + 28 + payload),
                "src_min " + LEFT.address(),
                "src_max " + LEFT.address(),
                "dst " + RIGHT.address(),
                "dst_mac " + mac,
                "udp_src_min " + LEFT.port(),
                "udp_src_max " + LEFT.port(),
                "udp_dst_min " + RIGHT.port(),
                "udp_dst_max " + RIGHT.port())) {
            pktgen("eth0", line);
        }
        pktgen("pgctrl", "start");
        assertThat(left.run("cat", "/proc/net/pktgen/eth0")).contains("pkts-sofar: " + packets + "  errors: 0");
    }

    private void pktgen(String file, String line) {
        left.run("sh", "-c", "echo '" + line + "' > /proc/net/pktgen/" + file);
    }

    @Test
    void aFloodIsSurvivedAndEveryPacketAccountedFor() throws Exception {
        try (PacketQueue queue = open()) {
            CompletableFuture<Long> received = receiveUntilGood(queue);
            flood(FLOOD, 73);
            assertEveryPacketIsAccountedFor(queue, received);
            assertThat(received.get()).isGreaterThan(FLOOD / 10);
        }
    }

    @Test
    void overrunsAreSurvivedAndCounted() throws Exception {
        try (PacketQueue queue = open()) {
            flood(10_000, 1400);
            assertThat(queue.overruns()).as("nothing was received yet").isZero();
            assertThat(queue.lost()).isPositive();
            assertEveryPacketIsAccountedFor(queue, receiveUntilGood(queue));
            assertThat(queue.overruns()).isPositive();
        }
    }

    /** That good packets get through again, and what became of all the others. */
    private void assertEveryPacketIsAccountedFor(PacketQueue queue, CompletableFuture<Long> received) throws Exception {
        while (!received.isDone()) {
            send(datagram("good"));
        }
        send(datagram("the last"));
        long rest = receiveUntil(queue, datagram("the last"));
        assertThat(received.get() + rest + queue.lost()).isEqualTo(queued());
    }

    private static CompletableFuture<Long> receiveUntilGood(PacketQueue queue) {
        CompletableFuture<Long> received = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        received.complete(receiveUntil(queue, datagram("good")));
                    } catch (BackendException e) {
                        received.completeExceptionally(e);
                    }
                })
                .start();
        return received;
    }

    /** @return packets, that datagram's included */
    private static long receiveUntil(PacketQueue queue, Datagram last) throws BackendException {
        long count = 0;
        PacketBatch batch;
        do {
            batch = queue.receive().orElseThrow(() -> new BackendException("closed"));
            queue.drop(batch);
            count += batch.packets().size();
        } while (!batch.datagrams().contains(last));
        return count;
    }
}
