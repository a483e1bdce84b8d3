package io.ipipou.testbed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A test's hosts, which are network namespaces, and the networks between them. Closing it removes them. */
final class Lab implements AutoCloseable {

    private static final String BRIDGE = "lan0";

    private final Deque<NetworkNamespace> hosts = new ArrayDeque<>();

    /** A host with nothing but a loopback device, which is down. */
    NetworkNamespace host(String prefix) {
        NetworkNamespace host = NetworkNamespace.create(prefix);
        hosts.push(host);
        return host;
    }

    /** Connects two hosts by a veth pair, eth0 on either side, with an address and a prefix length each. */
    static void connect(NetworkNamespace one, String oneAddress, NetworkNamespace other, String otherAddress) {
        one.ipBatch(
                "link set dev lo up",
                "link add name eth0 type veth peer name eth0 netns " + other.name(),
                "link set dev eth0 up",
                "address add " + oneAddress + " dev eth0");
        other.ipBatch("link set dev lo up", "link set dev eth0 up", "address add " + otherAddress + " dev eth0");
    }

    /** A network that many hosts are on: a bridge in a namespace of its own. */
    NetworkNamespace internet() {
        NetworkNamespace internet = host("internet");
        internet.ipBatch("link add name " + BRIDGE + " type bridge", "link set dev " + BRIDGE + " up");
        return internet;
    }

    /** A host with the address 203.0.113.{@code number} on that network. */
    NetworkNamespace hostOn(NetworkNamespace internet, String prefix, int number) {
        NetworkNamespace host = host(prefix);
        String port = "to" + number;
        host.ipBatch(
                "link set dev lo up",
                "link add name eth0 type veth peer name " + port + " netns " + internet.name(),
                "link set dev eth0 up",
                "address add 203.0.113." + number + "/24 dev eth0");
        internet.ipBatch("link set dev " + port + " master " + BRIDGE + " up");
        return host;
    }

    /** A router on that network that translates the addresses of the hosts behind it; see {@link #translateTo}. */
    NetworkNamespace natOn(NetworkNamespace internet, int number) {
        NetworkNamespace nat = hostOn(internet, "nat", number);
        nat.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        return nat;
    }

    /** A host with the address 192.168.{@code number}.2 whose default gateway is the router, 192.168.{@code number}.1. */
    NetworkNamespace hostBehind(NetworkNamespace nat, String prefix, int number) {
        NetworkNamespace host = host(prefix);
        String port = "lan" + number;
        String network = "192.168." + number;
        nat.ipBatch(
                "link add name " + port + " type veth peer name eth0 netns " + host.name(),
                "link set dev " + port + " up",
                "address add " + network + ".1/24 dev " + port);
        host.ipBatch(
                "link set dev lo up",
                "link set dev eth0 up",
                "address add " + network + ".2/24 dev eth0",
                "route add default via " + network + ".1");
        return host;
    }

    /** Makes the router forget its mappings and send UDP packets from this port on, one port for each source. */
    static void translateTo(NetworkNamespace nat, int port) {
        nat.run(
                "nft",
                "flush ruleset; table ip nat { chain post { type nat hook postrouting priority srcnat; "
                        + "oifname eth0 ip protocol udp masquerade to :" + port + "-" + (port + 99)
                        + "; oifname eth0 masquerade; }; }");
        nat.run("conntrack", "-F");
    }

    @Override
    public void close() {
        while (!hosts.isEmpty()) {
            hosts.pop().close();
        }
    }
}
