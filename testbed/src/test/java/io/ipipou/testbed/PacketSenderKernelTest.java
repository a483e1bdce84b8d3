package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ipipou.agent.packet.Datagram;
import io.ipipou.agent.packet.PacketSender;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.spi.auth.Payload;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets that a host sends from a raw socket, as another host receives them. */
@KernelDependent
class PacketSenderKernelTest {

    private static final Endpoint LEFT = new Endpoint(Ipv4.of("203.0.113.1"), 20000);
    private static final Endpoint RIGHT = new Endpoint(Ipv4.of("203.0.113.2"), 10000);
    private static final Datagram HELLO = new Datagram(LEFT, RIGHT, Payload.of("hello".getBytes(UTF_8)));

    private final Lab lab = new Lab();
    private final NetworkNamespace left = lab.host("left");
    private final NetworkNamespace right = lab.host("right");
    private PacketSender sender;

    @BeforeEach
    void connectTwice() {
        Lab.connect(left, LEFT.address() + "/24", right, RIGHT.address() + "/24");
        connectByEth1();
        sender = left.call(PacketSender::open);
    }

    /** A second pair of devices, without addresses: what leaves by it needs an entry in the neighbour table. */
    private void connectByEth1() {
        left.ipBatch("link add name eth1 type veth peer name eth1 netns " + right.name(), "link set dev eth1 up");
        right.ip("link", "set", "dev", "eth1", "up");
    }

    @AfterEach
    void close() {
        sender.close();
        lab.close();
    }

    private interface Sending {
        void run() throws ErrnoException;
    }

    /** The packets that arrive on the right host, in hexadecimal. */
    private List<String> received(String device, int count, Sending sending) throws ErrnoException {
        Background tcpdump = right.start(
                        "tcpdump", "-nn", "-x", "-U", "-i", device, "-c", Integer.toString(count), "udp")
                .awaitLine("listening on");
        sending.run();
        List<String> packets = new ArrayList<>();
        for (String line : tcpdump.awaitEnd().lines().toList()) {
            if (line.contains(" IP ")) {
                packets.add("");
            } else if (line.matches("\\s+0x[0-9a-f]{4}: .*")) {
                String hex = line.replaceFirst("\\s+0x[0-9a-f]{4}: ", "").replace(" ", "");
                packets.set(packets.size() - 1, packets.get(packets.size() - 1) + hex);
            }
        }
        return packets;
    }

    @Test
    void everyByteOfThePacketIsRight() throws ErrnoException {
        List<String> packets = received("eth0", 3, () -> {
            sender.send(HELLO);
            sender.send(HELLO, Optional.empty(), OptionalInt.of(7));
            left.run("sysctl", "-q", "-w", "net.ipv4.ip_default_ttl=99");
            sender.send(HELLO);
        });
        // The kernel sets the ID and the header checksum.
        String shape = "45000021(?!0000)[0-9a-f]{4}0000%s11[0-9a-f]{4}cb007101cb0071024e202710000d000068656c6c6f";
        assertThat(packets).hasSize(3);
        assertThat(packets.get(0)).matches(shape.formatted("40"));
        assertThat(packets.get(1)).matches(shape.formatted("07"));
        assertThat(packets.get(2)).matches(shape.formatted("63"));
        assertThat(packets).allMatch(packet -> headerSum(packet) == 0xffff);
    }

    private static int headerSum(String packet) {
        int sum = 0;
        for (int at = 0; at < 40; at += 4) {
            sum += Integer.parseInt(packet.substring(at, at + 4), 16);
        }
        return (sum >>> 16) + (sum & 0xffff);
    }

    @Test
    void sendsFromAPortThatFouHolds() throws ErrnoException {
        left.ip("fou", "add", "port", "20000", "ipproto", "4");
        assertThat(received("eth0", 1, () -> sender.send(HELLO))).hasSize(1);
    }

    @Test
    void sendsPayloadsUpToTheMtuAndRefusesLongerOnes() throws ErrnoException {
        Datagram longest = new Datagram(LEFT, RIGHT, Payload.of(new byte[1472]));
        assertThat(received("eth0", 1, () -> sender.send(longest))).first().matches(hex -> hex.length() == 3000);
        Datagram longer = new Datagram(LEFT, RIGHT, Payload.of(new byte[1473]));
        assertThat(refusal(longer)).isEqualTo(Errno.EMSGSIZE);
    }

    @Test
    void sendsFromTheGivenDeviceAlsoAfterItWasRecreated() throws ErrnoException {
        left.ip("neigh", "add", RIGHT.address().toString(), "lladdr", "02:00:00:00:00:02", "dev", "eth1");
        Optional<LinkName> device = Optional.of(new LinkName("eth1"));
        assertThat(received("eth1", 1, () -> sender.send(HELLO, device, OptionalInt.empty())))
                .hasSize(1);
        left.ip("link", "del", "dev", "eth1");
        assertThat(refusal(HELLO, device)).isEqualTo(Errno.ENODEV);
        connectByEth1();
        left.ip("neigh", "add", RIGHT.address().toString(), "lladdr", "02:00:00:00:00:02", "dev", "eth1");
        assertThat(received("eth1", 1, () -> sender.send(HELLO, device, OptionalInt.empty())))
                .hasSize(1);
        assertThat(received("eth0", 1, () -> sender.send(HELLO)))
                .as("the next packet is routed as usual")
                .hasSize(1);
    }

    /** A host with two uplinks routes by source address. */
    @Test
    void routingRulesSeeTheSourceAddress() throws ErrnoException {
        left.ipBatch(
                "address add 198.51.100.1/24 dev eth1",
                "route add default dev eth0",
                "route add default dev eth1 table 100",
                "rule add from 198.51.100.1 lookup 100",
                "neigh add 192.0.2.9 lladdr 02:00:00:00:00:02 dev eth1");
        Datagram away = new Datagram(
                new Endpoint(Ipv4.of("198.51.100.1"), 20000), new Endpoint(Ipv4.of("192.0.2.9"), 1), Payload.EMPTY);
        assertThat(received("eth1", 1, () -> sender.send(away)))
                .first()
                .asString()
                .contains("c6336401c0000209");
    }

    @Test
    void failsWithTheErrnoOfTheKernel() {
        Endpoint nowhere = new Endpoint(Ipv4.of("192.0.2.9"), 10000);
        assertThat(refusal(new Datagram(LEFT, nowhere, Payload.EMPTY))).isEqualTo(Errno.ENETUNREACH);
        left.ip("route", "add", "unreachable", "192.0.2.9");
        assertThat(refusal(new Datagram(LEFT, nowhere, Payload.EMPTY))).isEqualTo(Errno.EHOSTUNREACH);
        left.ip("route", "change", "prohibit", "192.0.2.9");
        assertThat(refusal(new Datagram(LEFT, nowhere, Payload.EMPTY))).isEqualTo(Errno.EACCES);
        assertThat(refusal(new Datagram(nowhere, RIGHT, Payload.EMPTY))).isEqualTo(Errno.EADDRNOTAVAIL);
        left.run(
                "nft",
                "add table ip t; add chain ip t c { type filter hook output priority raw; };"
                        + " add rule ip t c udp sport 20000 drop");
        assertThat(refusal(HELLO)).isEqualTo(Errno.EPERM);
    }

    @Test
    void failsWhenTheQueueOfTheDeviceIsFull() {
        left.ip("neigh", "add", RIGHT.address().toString(), "lladdr", "02:00:00:00:00:02", "dev", "eth0");
        left.run("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "1kbit", "burst", "2000", "limit", "2000");
        Datagram big = new Datagram(LEFT, RIGHT, Payload.of(new byte[1400]));
        ErrnoException refusal = null;
        for (int i = 0; i < 10 && refusal == null; i++) {
            refusal = catchThrowableOfType(ErrnoException.class, () -> sender.send(big));
        }
        assertThat(refusal).isNotNull().matches(e -> e.is(Errno.ENOBUFS));
    }

    @Test
    void manyThreadsCanSend() throws Exception {
        List<String> packets = received("eth0", 400, () -> {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int port = 30001 + thread;
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 100; i++) {
                        try {
                            sender.send(new Datagram(
                                    new Endpoint(LEFT.address(), port),
                                    RIGHT,
                                    Payload.of(new byte[port - 30000 + 18])));
                        } catch (ErrnoException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
        });
        for (int thread = 1; thread <= 4; thread++) {
            Pattern whole = Pattern.compile("450000%02x.{32}%04x2710%04x0000(00){%d}"
                    .formatted(46 + thread, 30000 + thread, 26 + thread, 18 + thread));
            assertThat(packets.stream().filter(whole.asMatchPredicate())).hasSize(100);
        }
    }

    @Test
    void sendsNothingOnceClosed() {
        sender.close();
        sender.close();
        assertThat(refusal(HELLO)).isEqualTo(Errno.EBADF);
    }

    @Test
    void needsPrivilege() {
        Throwable failure = catchThrowableOfType(
                        IllegalStateException.class, () -> left.callUnprivileged(PacketSender::open))
                .getCause();
        assertThat(failure)
                .isInstanceOf(BackendException.class)
                .hasMessage(
                        "opening a raw socket for authentication packets (socket): Operation not permitted (EPERM)");
    }

    private Errno refusal(Datagram datagram) {
        return refusal(datagram, Optional.empty());
    }

    private Errno refusal(Datagram datagram, Optional<LinkName> device) {
        ErrnoException refusal =
                catchThrowableOfType(ErrnoException.class, () -> sender.send(datagram, device, OptionalInt.empty()));
        return Errno.of(refusal.errno()).orElseThrow();
    }
}
