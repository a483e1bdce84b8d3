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
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Packets from one host that a rule of another host queues. */
@KernelDependent
class PacketQueueKernelTest {

    private static final int QUEUE = 7;
    private static final Endpoint LEFT = new Endpoint(Ipv4.of("203.0.113.1"), 20000);
    private static final Endpoint RIGHT = new Endpoint(Ipv4.of("203.0.113.2"), 10000);
    private static final int FLOOD = 40_000;

    private final Lab lab = new Lab();
    private final NetworkNamespace left = lab.host("left");
    private final NetworkNamespace right = lab.host("right");

    @BeforeEach
    void connectAndQueue() {
        Lab.connect(left, LEFT.address() + "/24", right, RIGHT.address() + "/24");
        right.run(
                "nft",
                "add table ip t; add chain ip t c { type filter hook prerouting priority raw; };"
                        + " add rule ip t c udp dport 10000 counter queue num " + QUEUE);
    }

    @AfterEach
    void closeLab() {
        lab.close();
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

    /** Packets that the queue rule has counted. */
    private long queued() {
        Matcher counter = Pattern.compile("counter packets ([0-9]+)").matcher(right.run("nft", "list", "ruleset"));
        assertThat(counter.find()).isTrue();
        return Long.parseLong(counter.group(1));
    }

    /** Bytes in the receive buffer of the right host's socket on this port. */
    private long unread(int port) {
        return Long.parseLong(right.run("ss", "-Huan", "sport", "=", ":" + port).split("\\s+")[1]);
    }

    @Test
    void receivesPacketsThatNoSocketReceives() throws BackendException {
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
            assertThat(lost()).isZero();
        }
    }

    @Test
    void receivesPacketsThatAreTooLongWithoutTheirDatagram() throws BackendException {
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
    void packetsAreDroppedWhenNothingReadsTheQueue() throws Exception {
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
    void closingEndsAReceiveAtAnyTimeAndReleasesTheQueue() throws Exception {
        for (int i = 0; i < 100; i++) {
            PacketQueue queue = open();
            CompletableFuture<Long> receiving = receiveUntilGood(queue);
            queue.close();
            assertThatThrownBy(receiving::get).hasRootCauseMessage("closed");
            queue.close();
            assertThat(queue.receive()).isEmpty();
        }
        try (PacketQueue again = open()) {
            send(datagram("a"));
            assertThat(receive(again, 1)).containsExactly(datagram("a"));
        }
    }

    @Test
    void aQueueInUseIsReportedWithItsNumberAndWhatToDo() {
        try (PacketQueue queue = open()) {
            assertThatThrownBy(this::open)
                    .cause()
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("binding to NFQUEUE number 7, which ")
                    .hasMessageEndingWith(
                            " uses: stop that program, or set settings.queue to another number: Device or resource busy (EBUSY)");
            assertThat(lost()).isZero();
        }
    }

    @Test
    void needsPrivilege() {
        assertThatThrownBy(() -> right.callUnprivileged(() -> PacketQueue.open(QUEUE)))
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .matches(BackendException::isPermissionDenied)
                .hasToString(
                        "io.ipipou.spi.backend.BackendException: binding to NFQUEUE number 7: Operation not permitted (EPERM)");
    }

    @Test
    void packetsWhoseRuleIsDeletedBeforeTheirVerdictDoNoHarm() throws BackendException {
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

    /** Sends packets from the left host with the kernel's packet generator, and returns when all are sent. */
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
        left.call(() -> Files.writeString(Path.of("/proc/thread-self/net/pktgen", file), line + "\n"));
    }

    @Test
    void survivesAFloodAndAccountsForEveryPacket() throws Exception {
        try (PacketQueue queue = open()) {
            CompletableFuture<Long> received = receiveUntilGood(queue);
            flood(FLOOD, 73);
            assertEveryPacketIsAccountedFor(queue, received);
            assertThat(received.get()).isGreaterThan(FLOOD / 10);
        }
    }

    @Test
    void survivesAndCountsOverruns() throws Exception {
        try (PacketQueue queue = open()) {
            flood(10_000, 1400);
            assertThat(queue.overruns()).as("nothing was received yet").isZero();
            assertThat(lost()).isPositive();
            assertEveryPacketIsAccountedFor(queue, receiveUntilGood(queue));
            assertThat(queue.overruns()).isPositive();
        }
    }

    /** Good packets are received again, and all others were received or counted as lost. */
    private void assertEveryPacketIsAccountedFor(PacketQueue queue, CompletableFuture<Long> received) throws Exception {
        while (!received.isDone()) {
            send(datagram("good"));
        }
        send(datagram("the last"));
        long rest = receiveUntil(queue, datagram("the last"));
        assertThat(received.get() + rest + lost()).isEqualTo(queued());
    }

    /** Packets of the queue that the kernel dropped because too many arrived. */
    private long lost() {
        return right.run("cat", "/proc/net/netfilter/nfnetlink_queue")
                .lines()
                .map(line -> line.strip().split(" +"))
                .filter(fields -> fields[0].equals(Integer.toString(QUEUE)))
                .mapToLong(fields -> Long.parseLong(fields[5]) + Long.parseLong(fields[6]))
                .sum();
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
