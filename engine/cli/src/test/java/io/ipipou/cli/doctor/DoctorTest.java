package io.ipipou.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.config.Position;
import io.ipipou.core.config.Problem;
import io.ipipou.core.json.Json;
import io.ipipou.core.name.NameAnswer;
import io.ipipou.netlink.route.FoundRoute;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RuleCounter;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check, on a host that is well but for one fault. */
class DoctorTest {

    private static final String STATIC = """
            apiVersion: ipipou/v1
            peers: {far: {endpoint: "198.51.100.1:10000"}}
            tunnels:
              t0: {mode: static, peer: far, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
            """;
    private static final String SERVER = """
            apiVersion: ipipou/v1
            auth: {laptop: {scheme: token, token: sesame}}
            peers: {laptop: {auth: laptop}}
            tunnels:
              t0: {mode: server, peer: laptop, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.0}}
            """;
    private static final String CLIENT = """
            apiVersion: ipipou/v1
            auth: {hub: {scheme: token, token: sesame}}
            peers: {hub: {endpoint: "198.51.100.1:10000", auth: hub}}
            tunnels:
              t0: {mode: client, peer: hub, local: {device: eth0, port: 10000}, inner: {address: 172.28.0.1}}
            """;
    private static final String WAITING = "\"t0\": {\"state\": \"waiting\", \"refusals\": {}}";

    @TempDir
    Path root;

    private SickHost host;

    @BeforeEach
    void createHost() throws Exception {
        host = new SickHost(root);
    }

    /** The failures with their order, as check names. */
    private List<String> failures(String yaml) throws Exception {
        Diagnosis diagnosis = host.diagnose(yaml);
        return Stream.concat(Stream.of(diagnosis.host()), diagnosis.tunnels().stream())
                .flatMap(section -> section.with(Finding.Status.FAILED).stream())
                .map(Diagnosis.Result::check)
                .toList();
    }

    @Test
    void aHostThatIsWellHasNoFailure() throws Exception {
        host.apply(STATIC);
        assertThat(host.text(STATIC)).isEqualTo("""
                host
                  ok    kernel modules, file permissions, min_pmtu 552
                t0
                  ok    device eth0, address 203.0.113.1, route 198.51.100.1 dev eth0, path MTU 1500, rp_filter of eth0, \
                UDP port 10000, link, not managed by others, inner routes, traffic
                1 tunnel checked: 1 well, 0 with a failure.
                """);
        assertThat(Json.tree(host.diagnose(STATIC).document()).path("ok").asBoolean())
                .isTrue();
    }

    @Test
    void modulesThatTheKernelDoesNotHave() throws Exception {
        host.apply(STATIC);
        host.delete("sys/module/fou");
        assertThat(host.text(STATIC)).contains("""
                  FAIL  modules: the kernel cannot load fou
                        seen: there is no /lib/modules/6.1.0-1-amd64, where modules of the running kernel would be
                        do:   reboot if the kernel was updated; in a container, load them on its host: modprobe -a fou
                """);
        host.file(
                "lib/modules/6.1.0-1-amd64/modules.dep", "kernel/net/ipv4/ipip.ko.xz: kernel/net/ipv4/tunnel4.ko.xz\n");
        assertThat(host.text(STATIC)).contains("the kernel lacks fou", "linux-modules-extra-6.1.0-1-amd64");
        host.file("lib/modules/6.1.0-1-amd64/modules.builtin", "kernel/net/ipv4/fou.ko\n");
        assertThat(host.text(STATIC)).contains("ok    kernel modules");
        host.delete("sys/module/nft_queue");
        assertThat(host.text(STATIC)).contains("ok    kernel modules");
        assertThat(host.text(SERVER)).contains("the kernel lacks nft_queue");
    }

    @Test
    void aDeviceThatDoesNotExist() throws Exception {
        assertThat(host.text(STATIC.replace("eth0", "wwan0"))).contains("""
                  FAIL  device: device wwan0 does not exist
                        seen: this host has eth0, lo
                        do:   connect or create wwan0, or write another device in tunnels.t0.local.device; the tunnel comes up \
                by itself when the device is there
                """);
    }

    @Test
    void aDeviceWithoutAnAddress() throws Exception {
        host.kernel.linkAdd(new LinkName("wwan0"), "dummy");
        host.kernel.linkUp(new LinkName("wwan0"));
        assertThat(host.text(STATIC.replace("eth0", "wwan0")))
                .contains("FAIL  address: device wwan0 has no IPv4 address", "DHCP");
    }

    @Test
    void aPublicAddressThatTheHostDoesNotHave() throws Exception {
        String file = STATIC.replace("device: eth0", "device: eth0, address: 198.51.100.77");
        assertThat(host.text(file)).contains("""
                  FAIL  address: this host does not have the address 198.51.100.77
                        seen: device eth0 has 203.0.113.1
                        do:   if 198.51.100.77 is translated to this host (an elastic address, 1:1 NAT), write the private \
                address: tunnels.t0.local.address: 203.0.113.1
                """);
    }

    @Test
    void aNameThatDoesNotResolve() throws Exception {
        String file = STATIC.replace("198.51.100.1", "hub.example.net");
        host.names.put("hub.example.net", new NameAnswer(List.of(), Optional.of("hub.example.net does not resolve")));
        assertThat(host.text(file))
                .contains("FAIL  name: hub.example.net does not resolve", "getent ahostsv4 hub.example.net");
        host.names.put("hub.example.net", new NameAnswer(List.of(Ipv4.of("198.51.100.1")), Optional.empty()));
        host.apply(file);
        assertThat(host.text(file)).contains("hub.example.net is 198.51.100.1");
    }

    @Test
    void aPortThatAnotherProgramHolds() throws Exception {
        host.kernel.udpOpen(10000);
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  listener: UDP port 10000 is held by another program",
                        "seen: the program is not visible from here; find it with: ss -uanp sport = :10000")
                .doesNotContain("obstacle");
    }

    @Test
    void theProgramThatHoldsAPortIsNamed() throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            assertThat(PortHolder.find(KernelFiles.HOST, socket.getLocalPort()))
                    .contains("process " + ProcessHandle.current().pid() + " (java)");
        }
    }

    @Test
    void aListenerThatIsMissing() throws Exception {
        host.apply(STATIC);
        host.kernel.fouDelete(FouListener.onPort(10000));
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  state: the kernel does not match the file", "+ listener.0.0.0.0:10000", "ipipou apply");
    }

    @Test
    void aGateThatIsMissing() throws Exception {
        host.apply(SERVER);
        host.agent(WAITING);
        host.kernel.nftFlush();
        assertThat(host.text(SERVER)).contains("FAIL  gate: the gate (nftables table ip ipipou) does not exist");
    }

    @Test
    void aLinkThatIsMissing() throws Exception {
        host.apply(STATIC);
        host.kernel.linkDelete(new LinkName("t0"));
        assertThat(host.text(STATIC))
                .contains("FAIL  state: the kernel does not match the file", "+ tunnel.t0", "run: ipipou apply");
    }

    @Test
    void aForeignLinkInTheWay() throws Exception {
        host.kernel.linkAdd(new LinkName("t0"), "dummy");
        assertThat(host.text(STATIC))
                .contains("FAIL  obstacle: a link of kind dummy with this name exists and is not managed by ipipou");
    }

    @Test
    void anAgentThatDoesNotRun() throws Exception {
        host.apply(SERVER);
        assertThat(host.text(SERVER))
                .contains(
                        "FAIL  agent: the agent is not running, so nobody authenticates",
                        "systemctl start ipipou-agent");
    }

    @Test
    void aStaticTunnelNeedsAnAgentForKeepalives() throws Exception {
        String file = STATIC.replace("172.28.0.0}", "172.28.0.0}, keepalive: 27s");
        host.apply(file);
        assertThat(host.text(file))
                .contains("FAIL  agent: the agent is not running, so nobody sends keepalives or repairs drift");
    }

    @Test
    void anAgentThatHangs() throws Exception {
        host.apply(SERVER);
        host.silentAgent("it does not answer within 5 s");
        assertThat(host.text(SERVER)).contains("FAIL  agent: the agent does not answer: it does not answer within 5 s");
    }

    @Test
    void aQueueThatNobodyOrAnotherProgramReads() throws Exception {
        host.apply(SERVER);
        host.agent(WAITING);
        Files.writeString(root.resolve("proc/thread-self/net/netfilter/nfnetlink_queue"), "");
        assertThat(host.text(SERVER)).contains("FAIL  queue: the agent does not receive from NFQUEUE 0");
        host.silentAgent("gone");
        host.file(
                "proc/thread-self/net/netfilter/nfnetlink_queue", "    0 4000000000     0 2 65531     0     0  0  1\n");
        assertThat(host.text(SERVER))
                .contains("  also  queue: NFQUEUE 0 is held by another program (netlink port 4000000000)");
    }

    @Test
    void droppedPacketsAreANote() throws Exception {
        host.apply(SERVER);
        host.agent(WAITING);
        host.file("proc/thread-self/net/netfilter/nfnetlink_queue", "    0 1000     0 2 65531     5     7  0  1\n");
        assertThat(host.text(SERVER)).contains("  note  queue: NFQUEUE 0 has dropped 12 authentication packets");
        assertThat(host.diagnose(SERVER).host().isWell()).isTrue();
    }

    @Test
    void nothingReachedTheGateComesBeforeNotAdmitted() throws Exception {
        host.apply(SERVER);
        host.agent(WAITING);
        assertThat(failures(SERVER)).containsExactly("arrivals", "admission");
        assertThat(host.text(SERVER))
                .contains("FAIL  arrivals: nothing has reached the gate", "tcpdump -n -i eth0 udp port 10000")
                .contains("  also  admission: laptop has never authenticated");
    }

    private static final String REJECTED = """
            {"at": "2026-11-28T09:59:57Z", "endpoint": "192.0.2.7:40000", "code": "clock-skew",
             "reason": "its clock is 3612 s behind this host's", "remedy": "check NTP on the peer"}""";

    @Test
    void aPeerThatIsRejected() throws Exception {
        host.apply(SERVER);
        host.agent("\"t0\": {\"state\": \"waiting\", \"last_rejection\": " + REJECTED + "}");
        host.gate.put("to the agent", new RuleCounter(12, 1200));
        assertThat(host.text(SERVER)).contains("""
                  ok    device eth0, address 203.0.113.1, UDP port 10000, gate, packets arrive
                  FAIL  admission: laptop has never authenticated
                        seen: 12 packets from sources that are not admitted reached the gate; the last of laptop, from \
                192.0.2.7:40000, was rejected 3 s ago: its clock is 3612 s behind this host's
                        do:   check NTP on the peer
                """);
    }

    @Test
    void packetsThatMatchNoPeer() throws Exception {
        host.apply(SERVER);
        host.gate.put("to the agent", new RuleCounter(12, 1200));
        host.agent(WAITING, REJECTED);
        assertThat(host.text(SERVER)).contains("; the last that matched no peer, from 192.0.2.7:40000, was rejected");
        host.agent(WAITING);
        assertThat(host.text(SERVER)).contains("the agent rejected none, so they were no authentication packets");
    }

    @Test
    void anAdmittedPeerThatIsRejectedNow() throws Exception {
        host.admit(SERVER, new Endpoint(Ipv4.of("192.0.2.7"), 40000));
        host.agent("\"t0\": {\"state\": \"admitted\"}");
        assertThat(host.text(SERVER)).contains("laptop admitted from 192.0.2.7:40000", "nothing rejected since");
        host.agent("\"t0\": {\"state\": \"admitted\", \"last_rejection\": " + REJECTED + "}");
        assertThat(host.text(SERVER)).contains("""
                  FAIL  rejection: laptop is still admitted, for another 3600 s, but its latest authentication was rejected
                        seen: its packet, from 192.0.2.7:40000, was rejected 3 s ago: its clock is 3612 s behind this host's
                        do:   check NTP on the peer
                """);
    }

    @Test
    void anAliasInAnotherNetworkOfTheHost() throws Exception {
        host.admit(SERVER, new Endpoint(Ipv4.of("192.0.2.7"), 40000));
        host.agent("\"t0\": {\"state\": \"admitted\"}");
        assertThat(failures(SERVER)).isEmpty();
        host.kernel.routeAdd(
                new Route(Ipv4Prefix.of("172.29.0.0/16"), Optional.of(new LinkName("eth0")), Optional.empty(), 0, 2));
        assertThat(host.text(SERVER))
                .contains(
                        "FAIL  overlap: the alias 172.29.0.1 is in the network 172.29.0.0/16 dev eth0",
                        "settings.aliasRange");
    }

    @Test
    void aHubThatDoesNotAnswer() throws Exception {
        host.apply(CLIENT);
        host.agent("\"t0\": {\"state\": \"silent\", \"endpoint\": \"198.51.100.1:10000\","
                + " \"last_authentication\": \"2026-11-28T10:00:00Z\","
                + " \"fault\": {\"reason\": \"nobody answers\", \"remedy\": \"open UDP port 10000\"}}");
        assertThat(host.text(CLIENT)).contains("""
                  FAIL  admission: nobody answers
                        seen: sent to 198.51.100.1:10000 from 203.0.113.1:10000, last at 2026-11-28T10:00:00Z
                        do:   open UDP port 10000; on hub, run: ipipou doctor TUNNEL (its name of this tunnel), which says \
                whether packets from here arrive and why they are rejected
                """);
        host.agent("\"t0\": {\"state\": \"answered\"}");
        assertThat(host.text(CLIENT)).contains("hub answers");
    }

    @Test
    void packetsThatCannotBeSent() throws Exception {
        host.apply(CLIENT);
        host.agent("\"t0\": {\"state\": \"connecting\", \"failure\": \"Network is unreachable (ENETUNREACH)\"}");
        assertThat(host.text(CLIENT))
                .contains(
                        "FAIL  admission: authentication packets cannot be sent: Network is unreachable (ENETUNREACH)");
    }

    private static final Ipv4 FAR = Ipv4.of("198.51.100.1");
    private static final String ROUTED = STATIC.replace("172.28.0.0}", "172.28.0.0}, routes: [172.28.9.0/24]");

    private static Reply<FoundRoute> refused(Errno errno) {
        return new Reply<>(new Ack(errno.number(), ""), Optional.empty());
    }

    private static Reply<FoundRoute> withMtu(int mtu, Optional<Duration> expiry) {
        return new Reply<>(
                Ack.OK,
                Optional.of(new FoundRoute(
                        new LinkName("eth0"), Optional.empty(), Optional.empty(), false, OptionalInt.of(mtu), expiry)));
    }

    @Test
    void aDeviceThatIsDown() throws Exception {
        host.apply(STATIC);
        host.kernel.linkDown(new LinkName("eth0"));
        assertThat(host.text(STATIC))
                .contains("FAIL  device: device eth0 is down", "do:   run: ip link set dev eth0 up");
    }

    @Test
    void noRouteToThePeer() throws Exception {
        host.apply(STATIC);
        host.routes.put(FAR, refused(Errno.ENETUNREACH));
        assertThat(host.text(STATIC))
                .contains("FAIL  route: no route to 198.51.100.1: Network is unreachable (ENETUNREACH)");
    }

    @Test
    void aRouteToThePeerThroughTheTunnelOrToItself() throws Exception {
        host.apply(STATIC);
        host.routes.put(FAR, SickHost.route("t0"));
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  route: the way to the peer leads through the tunnel itself",
                        "seen: the kernel sends to 198.51.100.1 dev t0, so packets loop");
        host.routes.put(FAR, SickHost.route("lo"));
        assertThat(host.text(STATIC)).contains("FAIL  route: the peer's address 198.51.100.1 is this host's own");
    }

    @Test
    void aDeviceThroughWhichNoRouteLeads() throws Exception {
        host.apply(STATIC);
        host.routes.put(
                FAR,
                new Reply<>(
                        Ack.OK,
                        Optional.of(new FoundRoute(
                                new LinkName("eth0"),
                                Optional.empty(),
                                Optional.empty(),
                                true,
                                OptionalInt.empty(),
                                Optional.empty()))));
        assertThat(host.text(STATIC)).contains("FAIL  route: no route to 198.51.100.1 leads through device eth0");
    }

    @Test
    void aPathThatTakesOnlySmallerPackets() throws Exception {
        host.apply(STATIC);
        host.routes.put(FAR, withMtu(1400, Optional.empty()));
        assertThat(host.text(STATIC)).contains("""
                  FAIL  path_mtu: the tunnel's packets have up to 1500 bytes, but the path takes 1400
                        seen: the route has mtu 1400
                        do:   write tunnels.t0.mtu: 1372, and the same at the other end
                """);
        host.routes.put(FAR, withMtu(552, Optional.of(Duration.ofSeconds(599))));
        assertThat(host.text(STATIC))
                .contains(
                        "reported 552 bytes; the kernel remembers it for 599 s",
                        "set sysctl net.ipv4.route.min_pmtu=1500");
        host.routes.remove(FAR);
        host.kernel.linkMtu(new LinkName("eth0"), 1280);
        assertThat(host.text(STATIC.replace("172.28.0.0}", "172.28.0.0}, mtu: 1472")))
                .contains("seen: device eth0 has MTU 1280", "write tunnels.t0.mtu: 1252");
    }

    @Test
    void strictReversePathFiltering() throws Exception {
        host.apply(STATIC);
        host.file("proc/sys/net/ipv4/conf/eth0/rp_filter", "1\n");
        assertThat(host.text(STATIC)).contains("rp_filter of eth0");
        host.file("proc/sys/net/ipv4/conf/t0/rp_filter", "1\n");
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  inner_rp_filter: the kernel drops every packet out of the tunnel",
                        "seen: rp_filter is strict on t0, and nothing is routed to it",
                        "net.ipv4.conf.t0.rp_filter=2");
        host.file("proc/sys/net/ipv4/conf/all/rp_filter", "2\n");
        assertThat(host.text(STATIC)).contains("1 well");
    }

    @Test
    void strictReversePathFilteringWithAWayBackElsewhere() throws Exception {
        host.apply(ROUTED);
        host.file("proc/sys/net/ipv4/conf/all/rp_filter", "1\n");
        host.kernel.linkAdd(new LinkName("eth1"), "dummy");
        host.routes.put(FAR, SickHost.route("eth1"));
        assertThat(host.text(ROUTED.replace("device: eth0", "address: 203.0.113.1")))
                .contains(
                        "FAIL  rp_filter: the kernel drops the peer's packets that arrive through eth0",
                        "seen: rp_filter is strict there, and the way back to the peer leads through eth1");
        host.routes.clear();
        host.routes.put(Ipv4.of("172.28.9.1"), SickHost.route("eth1"));
        assertThat(host.text(ROUTED))
                .contains(
                        "FAIL  overlap: packets for 172.28.9.1 leave through eth1 instead of the tunnel",
                        "  also  inner_rp_filter: the kernel drops packets from 172.28.9.1 out of the tunnel");
    }

    @Test
    void aForeignRouteInTheWay() throws Exception {
        host.kernel.routeAdd(
                new Route(Ipv4Prefix.of("172.28.9.0/24"), Optional.of(new LinkName("eth0")), Optional.empty(), 0, 3));
        assertThat(host.text(ROUTED))
                .contains(
                        "FAIL  obstacle: the route 172.28.9.0/24 dev eth0 exists and is not managed by ipipou",
                        "ip route del 172.28.9.0/24");
    }

    @Test
    void aMoreSpecificRoute() throws Exception {
        host.apply(ROUTED);
        host.kernel.routeAdd(
                new Route(Ipv4Prefix.of("172.28.9.0/25"), Optional.of(new LinkName("eth0")), Optional.empty(), 0, 3));
        host.routes.put(Ipv4.of("172.28.9.1"), SickHost.route("eth0"));
        assertThat(host.text(ROUTED)).contains("seen: the more specific route is 172.28.9.0/25 dev eth0");
    }

    @Test
    void aContainerNetworkWithTheTunnelsAddresses() throws Exception {
        host.apply(ROUTED);
        LinkName docker = new LinkName("docker0");
        host.kernel.linkAdd(docker, "bridge");
        host.kernel.linkUp(docker);
        host.kernel.routeAdd(new Route(Ipv4Prefix.of("172.28.0.0/16"), Optional.of(docker), Optional.empty(), 0, 2));
        assertThat(host.text(ROUTED))
                .contains(
                        "  note  overlap: the tunnel's addresses overlap the container network 172.28.0.0/16 dev docker0");
    }

    @Test
    void aNetworkManagerThatManagesTheLink() throws Exception {
        host.apply(STATIC);
        host.file("run/systemd/netif/links/7", "ADMIN_STATE=unmanaged\nOPER_STATE=routable\n");
        host.file("run/NetworkManager/devices/7", "[device]\nmanaged=true\nnm-owned=0\n");
        assertThat(host.text(STATIC)).contains("not managed by others");
        host.file("run/NetworkManager/devices/7", "[device]\nmanaged=true\nconnection-uuid=8a1\n");
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  link_manager: NetworkManager manages the tunnel's link",
                        "nmcli device set t0 managed no");
        host.file(
                "run/systemd/netif/links/7", "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/any.network\n");
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  link_manager: systemd-networkd manages the tunnel's link",
                        "seen: /etc/systemd/network/any.network matches t0");
    }

    @Test
    void forwardingThatIsOff() throws Exception {
        host.apply(ROUTED);
        assertThat(host.text(ROUTED)).contains("  note  forwarding: this host does not forward packets");
        host.file("proc/thread-self/net/snmp", "Ip: Forwarding InAddrErrors\nIp: 2 12\nIcmp: InMsgs\nIcmp: 0\n");
        assertThat(host.text(ROUTED))
                .contains("FAIL  forwarding: ", "seen: it has dropped 12 packets that were for other hosts");
        host.file("proc/sys/net/ipv4/conf/t0/forwarding", "1\n");
        assertThat(host.text(ROUTED)).contains("forwarding\n").doesNotContain("FAIL");
    }

    @Test
    void aMinimumPathMtuThatAllowsMoreThanTheDefault() throws Exception {
        host.apply(STATIC);
        host.file("proc/sys/net/ipv4/route/min_pmtu", "68\n");
        assertThat(host.text(STATIC))
                .contains("FAIL  min_pmtu: one forged ICMP message can lower a tunnel's path MTU to 68 bytes");
    }

    /** Such a file gives all its bytes to the first read. */
    @Test
    void aFileOfProcSysIsReadWhole() {
        assertThat(KernelFiles.HOST.sysctl("kernel/pid_max").orElseThrow()).isGreaterThan(9);
    }

    @Test
    void filesThatOthersCanReadOrWrite() throws Exception {
        host.apply(STATIC);
        Path config = Files.writeString(root.resolve("hub.yaml"), "auth: {a: {scheme: token, token: sesame}}\n");
        host.files = new FileFacts(
                "/etc/ipipou/tunnels.yaml", Optional.of(config), List.of(), Set.of("token", "secret"), List.of());
        mode(config, "rw-r--r--");
        assertThat(host.text(STATIC))
                .contains("FAIL  files: " + config + " contains a secret, and everyone can read it", "chmod 600");
        Files.writeString(config, "auth: {a: {scheme: token, token: {file: a.token}}}\n");
        assertThat(host.text(STATIC)).contains("file permissions");
        mode(config, "rw-rw-rw-");
        assertThat(host.text(STATIC)).contains("FAIL  files: " + config + " can be written by everyone");

        Path plugins = Files.createDirectory(root.resolve("plugins"));
        mode(plugins, "rwxrwxrwx");
        host.files = new FileFacts("/etc/ipipou/tunnels.yaml", Optional.empty(), List.of(), Set.of(), List.of(plugins));
        assertThat(host.text(STATIC))
                .contains("FAIL  files: " + plugins + " can be written by everyone", "can add code that runs as root");

        Problem open = new Problem(
                new Position("hub.yaml", 1, 1), "auth.a", "'a.token' can be read by others", "chmod 600 'a.token'");
        host.files = new FileFacts("/etc/ipipou/tunnels.yaml", Optional.empty(), List.of(open), Set.of(), List.of());
        assertThat(host.text(STATIC)).contains("FAIL  files: 'a.token' can be read by others", "do:   run: chmod 600");
    }

    private static void mode(Path file, String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    /** docs/doctor.md lists the checks, in their order. */
    @Test
    void thePageListsEveryCheck() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../../docs/doctor.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("`")[1])
                .toList();
        assertThat(rows).isEqualTo(Doctor.checks());
    }

    @Test
    void anAgentThatManagesTheHostFromAnotherFile() throws Exception {
        host.apply(SERVER);
        host.agent(WAITING);
        host.files = new FileFacts("/srv/other.yaml", Optional.empty(), List.of(), Set.of(), List.of());
        assertThat(host.text(SERVER))
                .contains(
                        "FAIL  agent: the agent manages this host from /etc/ipipou/tunnels.yaml, not from /srv/other.yaml",
                        "ipipou doctor --file /etc/ipipou/tunnels.yaml");
    }

    @Test
    void aTunnelThatNothingComesOutOf() throws Exception {
        host.apply(STATIC);
        host.counters.put(new LinkName("t0"), new LinkCounters(0, 0, 0, 0, 5, 420, 0, 0));
        assertThat(host.text(STATIC))
                .contains(
                        "FAIL  traffic: nothing has arrived through the tunnel",
                        "seen: 5 packets were sent into it",
                        "on far, run: ipipou doctor; if packets arrive here (tcpdump -n -i eth0 udp port 10000)");
        host.counters.put(new LinkName("t0"), new LinkCounters(1, 84, 0, 0, 5, 420, 0, 0));
        assertThat(host.text(STATIC)).doesNotContain("FAIL");
    }

    @Test
    void aDeviceByItsAlternativeName() throws Exception {
        host.apply(STATIC);
        host.kernel.linkAltName(new LinkName("eth0"), "wan");
        assertThat(host.text(STATIC.replace("device: eth0", "device: wan"))).contains("ok    device wan");
    }
}
