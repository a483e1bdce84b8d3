package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check of {@code ipipou doctor} that needs no agent, on a host with one fault. */
class DoctorKernelTest {

    /** A tunnel over a router to a host that the router reaches. */
    private static final String FILE = """
            apiVersion: ipipou/v1
            peers: {far: {endpoint: "198.51.100.2:10000"}}
            tunnels:
              t0:
                mode: static
                peer: far
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.1, peer: 172.28.0.2}
            """;

    private static final String ROUTED = FILE + "    routes: [10.20.0.0/16]\n";

    @TempDir
    Path directory;

    private final Lab lab = new Lab();
    private final NetworkNamespace host = lab.host("sick");
    private final NetworkNamespace router = lab.host("router");

    @BeforeEach
    void connect() throws Exception {
        Lab.connect(host, "203.0.113.1/24", router, "203.0.113.254/24");
        host.ipBatch("route add default via 203.0.113.254");
        router.ipBatch("link add wan type dummy", "link set wan up mtu 1400", "address add 198.51.100.1/24 dev wan");
        sysctl(router, "net/ipv4/ip_forward", "1");
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    private static void sysctl(NetworkNamespace where, String name, String value) {
        where.call(() -> Files.writeString(Path.of("/proc/sys/" + name), value));
    }

    private Path file(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("tunnels.yaml"), yaml);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void apply(String yaml) throws Exception {
        Cli.Result run = Cli.run(host, "apply", file(yaml).toString());
        assertThat(run.status()).as(run.output()).isZero();
    }

    private Cli.Result doctor(String yaml) throws Exception {
        return Cli.run(host, "doctor", "--file", file(yaml).toString());
    }

    /** @param lines that the output has, in this order, beside others */
    private void assertFails(String yaml, String... lines) throws Exception {
        Cli.Result run = doctor(yaml);
        assertThat(run.status()).as(run.output()).isEqualTo(2);
        assertThat(run.out()).containsSubsequence(lines);
    }

    private void assertWell(String yaml, String... texts) throws Exception {
        Cli.Result run = doctor(yaml);
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.out()).contains(texts);
    }

    @Test
    void aHostThatIsWell() throws Exception {
        apply(FILE);
        sysctl(host, "net/ipv4/ip_forward", "1");
        assertWell(
                FILE,
                "kernel modules, file permissions, min_pmtu 552",
                "device eth0, address 203.0.113.1, route 198.51.100.2 via 203.0.113.254 dev eth0, path MTU 1500",
                "1 tunnel checked: 1 well, 0 with a failure.");
    }

    @Test
    void modules() throws Exception {
        lab.host("other").run("rmmod", "fou");
        host.run("mount", "-t", "tmpfs", "none", "/usr/lib/modules");
        try {
            assertFails(FILE, "FAIL  modules: the kernel cannot load fou", "reboot if the kernel was updated");
        } finally {
            host.run("umount", "/usr/lib/modules");
            host.run("modprobe", "fou");
        }
    }

    @Test
    void files() throws Exception {
        apply(FILE);
        Path file = file(FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Cli.Result run = Cli.run(host, "doctor", "--file", file.toString());
        assertThat(run.status()).as(run.output()).isEqualTo(2);
        assertThat(run.out()).contains("FAIL  files: " + file + " can be written by everyone");
    }

    @Test
    @KernelDependent
    void minimumPathMtu() throws Exception {
        apply(FILE);
        sysctl(host, "net/ipv4/route/min_pmtu", "68");
        assertFails(FILE, "FAIL  min_pmtu: one forged ICMP message can lower a tunnel's path MTU to 68 bytes");
    }

    @Test
    void device() throws Exception {
        assertFails(
                FILE.replace("eth0", "wwan0"),
                "FAIL  device: device wwan0 does not exist",
                "seen: this host has eth0, lo",
                "do:   connect or create wwan0");
        apply(FILE);
        host.ip("link", "set", "dev", "eth0", "down");
        assertFails(FILE, "FAIL  device: device eth0 is down", "ip link set dev eth0 up");
    }

    @Test
    void address() throws Exception {
        host.ipBatch("link add wwan0 type dummy", "link set wwan0 up");
        assertFails(FILE.replace("eth0", "wwan0"), "FAIL  address: device wwan0 has no IPv4 address");
        assertFails(
                FILE.replace("device: eth0", "address: 192.0.2.99"),
                "FAIL  address: this host does not have the address 192.0.2.99",
                "seen: device eth0 has 203.0.113.1",
                "write the private address: tunnels.t0.local.address: 203.0.113.1");
    }

    @Test
    void name() throws Exception {
        host.ip("route", "del", "default"); // so that the resolver fails at once
        assertFails(
                FILE.replace("198.51.100.2", "hub.invalid"),
                "FAIL  name: hub.invalid does not resolve",
                "getent ahostsv4 hub.invalid");
    }

    @Test
    @KernelDependent
    void route() throws Exception {
        apply(FILE);
        host.ip("route", "del", "default");
        assertFails(FILE, "FAIL  route: no route to 198.51.100.2 leads through device eth0");
        String withoutDevice = FILE.replace("device: eth0", "address: 203.0.113.1") + "    mtu: 1400\n";
        assertFails(withoutDevice, "FAIL  route: no route to 198.51.100.2: Network is unreachable (ENETUNREACH)");
        host.ip("route", "add", "198.51.100.0/24", "dev", "t0");
        assertFails(
                withoutDevice,
                "FAIL  route: the way to the peer leads through the tunnel itself",
                "seen: the kernel sends to 198.51.100.2 dev t0, so packets loop");
    }

    @Test
    @KernelDependent
    void pathMtu() throws Exception {
        apply(FILE);
        host.tryRun("ping", "-c", "1", "-W", "5", "-M", "do", "-s", "1472", "198.51.100.2");
        assertFails(
                FILE,
                "FAIL  path_mtu: the tunnel's packets have up to 1500 bytes, but the path takes 1400",
                "seen: a router on the way, or somebody who forged its message, reported 1400 bytes",
                "do:   write tunnels.t0.mtu: 1372");
    }

    @Test
    void reversePathFilter() throws Exception {
        apply(FILE);
        host.ipBatch(
                "link add eth1 type dummy",
                "link set eth1 up",
                "address add 192.0.2.1/24 dev eth1",
                "route replace default via 192.0.2.254 dev eth1",
                "route add default via 203.0.113.254 dev eth0 metric 100");
        sysctl(host, "net/ipv4/conf/all/rp_filter", "0");
        sysctl(host, "net/ipv4/conf/eth0/rp_filter", "1");
        assertFails(
                FILE,
                "FAIL  rp_filter: the kernel drops the peer's packets that arrive through eth0",
                "the way back to the peer leads through eth1",
                "net.ipv4.conf.eth0.rp_filter=2");
        sysctl(host, "net/ipv4/conf/all/rp_filter", "2");
        assertWell(FILE, "rp_filter of eth0");
    }

    @Test
    void obstacle() throws Exception {
        host.ip("link", "add", "t0", "type", "dummy");
        assertFails(FILE, "FAIL  obstacle: ", "link of kind dummy");
        host.ip("link", "del", "t0");
        apply(FILE);
        host.ip("route", "add", "10.20.0.0/16", "dev", "eth0");
        assertFails(ROUTED, "FAIL  obstacle: ", "10.20.0.0/16", "not managed by ipipou");
    }

    @Test
    void listener() throws Exception {
        try (DatagramSocket held = host.call(() -> new DatagramSocket(10000))) {
            assertThat(held.getLocalPort()).isEqualTo(10000);
            assertFails(
                    FILE,
                    "FAIL  listener: UDP port 10000 is held by another program",
                    "seen: it is held by process " + ProcessHandle.current().pid() + " (java)");
        }
    }

    @Test
    void state() throws Exception {
        apply(FILE);
        host.ip("link", "del", "t0");
        assertFails(FILE, "FAIL  state: the kernel does not match the file", "+ tunnel.t0", "do:   run: ipipou apply");
    }

    @Test
    void linkManager() throws Exception {
        apply(FILE);
        String index = host.run("ip", "-o", "link", "show", "dev", "t0").split(":")[0];
        Path links = Files.createDirectories(Path.of("/run/systemd/netif/links"));
        Path state = Files.writeString(
                links.resolve(index), "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/all.network\n");
        try {
            assertFails(
                    FILE,
                    "FAIL  link_manager: systemd-networkd manages the tunnel's link",
                    "seen: /etc/systemd/network/all.network matches t0",
                    "Unmanaged=yes");
        } finally {
            Files.delete(state);
        }
        Path devices = Files.createDirectories(Path.of("/run/NetworkManager/devices"));
        state = Files.writeString(devices.resolve(index), "[device]\nmanaged=true\nconnection-uuid=8a1\n");
        try {
            assertFails(FILE, "FAIL  link_manager: NetworkManager manages the tunnel's link");
        } finally {
            Files.delete(state);
        }
    }

    @Test
    void overlap() throws Exception {
        apply(ROUTED);
        host.ipBatch("link add docker0 type bridge", "link set docker0 up", "address add 10.20.0.254/24 dev docker0");
        assertFails(
                ROUTED,
                "FAIL  overlap: packets for 10.20.0.1 leave through docker0 instead of the tunnel",
                "seen: the more specific route is 10.20.0.0/24 dev docker0");
        host.ipBatch("address del 10.20.0.254/24 dev docker0", "address add 10.20.9.254/24 dev docker0");
        assertWell(
                ROUTED, "note  overlap: the tunnel's addresses overlap the container network 10.20.9.0/24 dev docker0");
    }

    @Test
    void innerReversePathFilter() throws Exception {
        String nothingRouted = FILE.replace(", peer: 172.28.0.2", "");
        apply(nothingRouted);
        sysctl(host, "net/ipv4/conf/all/rp_filter", "0");
        sysctl(host, "net/ipv4/conf/t0/rp_filter", "1");
        assertFails(
                nothingRouted,
                "FAIL  inner_rp_filter: the kernel drops every packet out of the tunnel",
                "rp_filter is strict on t0, and nothing is routed to it");
    }

    @Test
    @KernelDependent
    void forwarding() throws Exception {
        apply(ROUTED);
        sysctl(host, "net/ipv4/ip_forward", "0");
        assertWell(ROUTED, "note  forwarding: this host does not forward packets");
        router.ip("route", "add", "10.20.0.0/16", "via", "203.0.113.1");
        router.tryRun("ping", "-c", "1", "-W", "1", "10.20.0.7");
        assertFails(ROUTED, "FAIL  forwarding: this host does not forward packets", "seen: it has dropped 1 packets");
    }

    @Test
    void traffic() throws Exception {
        apply(FILE);
        host.tryRun("ping", "-c", "5", "-i", "0.1", "-W", "1", "172.28.0.2");
        assertFails(
                FILE,
                "FAIL  traffic: nothing has arrived through the tunnel",
                "seen: 5 packets were sent into it since its link was created",
                "on far, run: ipipou doctor");
    }
}
