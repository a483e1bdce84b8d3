package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketBatch;
import io.ipipou.agent.packet.PacketQueue;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
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
    void whatIsNoProperDatagramIsToldAsSuch() throws BackendException {
        try (PacketQueue queue = right.call(() -> PacketQueue.open(QUEUE, 100))) {
            send(datagram("x".repeat(101)), datagram("x".repeat(100)));
            assertThat(receive(queue, 1)).containsExactly(datagram("x".repeat(100)));
        }
    }

    @Test
    void withoutAListenerPacketsAreDropped() throws Exception {
        try (DatagramSocket bystander = right.call(() -> new DatagramSocket(RIGHT.port()));
                DatagramSocket other = right.call(() -> new DatagramSocket(10001))) {
            open().close();
            send(datagram("a"), new Datagram(LEFT, new Endpoint(RIGHT.address(), 10001), Payload.EMPTY));
            other.setSoTimeout(60_000);
            other.receive(new java.net.DatagramPacket(new byte[1], 1));
            assertThat(queued()).isEqualTo(1);
            assertThat(unread(bystander.getLocalPort())).isZero();
        }
    }

    @Test
    void closingEndsAReceiveAndGivesTheQueueBack() throws Exception {
        PacketQueue queue = open();
        CompletableFuture<Optional<PacketBatch>> receiving = new CompletableFuture<>();
        Thread receiver = new Thread(() -> {
            try {
                receiving.complete(queue.receive());
            } catch (BackendException e) {
                receiving.completeExceptionally(e);
            }
        });
        receiver.start();
        while (receiver.isAlive() && receiver.getState() != Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        queue.close();
        assertThat(receiving.get()).isEmpty();
        queue.close();
        assertThat(queue.receive()).isEmpty();
        assertThat(queue.lost()).isZero();
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
                .matches(BackendException::notPermitted)
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

    /** @return packets a second */
    private long flood(int packets, int bytes) {
        return left.call(() -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
                channel.bind(new InetSocketAddress(LEFT.port()));
                channel.connect(new InetSocketAddress(RIGHT.address().toString(), RIGHT.port()));
                ByteBuffer payload = ByteBuffer.allocateDirect(bytes);
                long start = System.nanoTime();
                for (int i = 0; i < packets; i++) {
                    channel.write(payload.clear());
                }
                return packets * 1_000_000_000L / (System.nanoTime() - start);
            }
        });
    }

    @Test
    void aFloodIsSurvivedAndEveryPacketAccountedFor() throws Exception {
        try (PacketQueue queue = open()) {
            List<Datagram> good = new ArrayList<>();
            CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> {
                try {
                    long count = 0;
                    while (good.isEmpty()) {
                        PacketBatch batch = queue.receive().orElseThrow();
                        queue.drop(batch);
                        count += batch.packets().size();
                        batch.datagrams().stream()
                                .filter(datagram("good")::equals)
                                .forEach(good::add);
                    }
                    return count;
                } catch (BackendException e) {
                    throw new IllegalStateException(e);
                }
            });
            long rate = flood(FLOOD, 73);
            while (good.isEmpty() && !received.isDone()) {
                send(datagram("good"));
            }
            System.out.println("FLOOD " + rate + "/s, received " + received.get() + ", lost " + queue.lost()
                    + ", overruns " + queue.overruns());
            assertThat(rate).isGreaterThan(10_000);
        }
    }

    @Test
    void overrunsAreSurvivedAndCounted() throws Exception {
        try (PacketQueue queue = open()) {
            long rate = flood(10_000, 1400);
            assertThat(queue.overruns()).isZero();
            long count = 0;
            PacketBatch batch;
            do {
                batch = queue.receive().orElseThrow();
                queue.drop(batch);
                count += batch.packets().size();
            } while (batch.packets().size() == 256);
            System.out.println("OVERRUN " + rate + "/s, received " + count + ", lost " + queue.lost() + ", overruns "
                    + queue.overruns() + ", queued " + queued());
            assertThat(queue.overruns()).isPositive();
            assertThat(count + queue.lost()).isEqualTo(queued());
            send(datagram("good"));
            assertThat(receive(queue, 1)).containsExactly(datagram("good"));
        }
    }
}
