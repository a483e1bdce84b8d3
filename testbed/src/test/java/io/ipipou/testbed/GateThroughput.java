package io.ipipou.testbed;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Measures what the gate costs a packet: small packets between two programs through a tunnel, beside other nftables rules. */
record GateThroughput(Path launcher, Path directory) {

    private static final String UNGATED = "ungated";
    /** What any table costs, and any table that rewrites an address. */
    private static final String EMPTY_CHAIN = "ungated, a chain without a rule";

    private static final String ONE_RULE = "ungated, one rule that rewrites";
    private static final String ONE_PEER = "gated, 1 peer";
    private static final String MANY_PEERS = "gated, 1000 peers";

    void measure() throws Exception {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        List<String> cases =
                List.of(UNGATED, EMPTY_CHAIN, ONE_RULE, ONE_PEER, MANY_PEERS, "conntrack", "conntrack + DNAT");
        cases.forEach(name -> rates.put(name, new ArrayList<>()));
        List<Wire> wires = new ArrayList<>();
        try {
            for (String name : cases) {
                wires.add(wired(name));
            }
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < cases.size(); i++) {
                    double rate = packetsPerSecond(wires.get(i));
                    if (round > 0) { // the first warms the JVM up
                        rates.getOrDefault(cases.get(i), List.of()).add(rate);
                    }
                }
            }
        } finally {
            wires.forEach(Wire::close);
        }
        double ungated = Figures.percentile(rates.getOrDefault(UNGATED, List.of()), 50);
        System.out.printf("%nSmall packets per second from one program to another through a tunnel (median of 3)%n");
        rates.forEach((name, values) -> System.out.printf(
                "  %-34s %,10.0f %8.3f of ungated%n",
                name, Figures.percentile(values, 50), Figures.percentile(values, 50) / ungated));
        double one = Figures.percentile(rates.getOrDefault(ONE_PEER, List.of()), 50);
        double many = Figures.percentile(rates.getOrDefault(MANY_PEERS, List.of()), 50);
        System.out.printf(
                "    gated / ungated %.3f (at least 0.95: %s); 1000 peers / 1 %.3f (0.95 to 1.05: %s)%n",
                one / ungated,
                one / ungated >= 0.95 ? "reached" : "MISSED",
                many / one,
                Math.abs(many / one - 1) <= 0.05 ? "reached" : "MISSED");
    }

    private Wire wired(String name) throws Exception {
        Wire wire = new Wire();
        boolean gated = name.startsWith("gated");
        int size = name.contains("1000") ? 1000 : 1;
        StringBuilder peers = new StringBuilder("peers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        for (int i = 0; i < size; i++) {
            String address = i == 0 ? "203.0.113.2" : BenchFiles.remote(i);
            peers.append("  p%d: {endpoint: \"%s:10000\"}%n".formatted(i, address));
            tunnels.append("  t%d: {peer: p%d, inner: {address: %s, peer: %s}}%n"
                    .formatted(i, i, BenchFiles.inner(i, 0), BenchFiles.inner(i, 1)));
        }
        Path file = Files.writeString(
                Files.createTempFile(directory, "hub", ".yaml"),
                "apiVersion: ipipou/v1\ndefaults: {mode: %s, local: {device: eth0, port: 10000}}\n"
                                .formatted(gated ? "server" : "static")
                        + peers
                        + tunnels);
        wire.hub().run(launcher.toString(), "apply", file.toString());
        if (name.equals(EMPTY_CHAIN) || name.equals(ONE_RULE)) {
            wire.hub()
                    .run(
                            "nft",
                            "add table ip c; add chain ip c in { type filter hook prerouting priority raw; }; "
                                    + (name.equals(ONE_RULE)
                                            ? "add rule ip c in ip saddr 203.0.113.2 ip daddr set 203.0.113.1 accept"
                                            : ""));
        }
        if (name.startsWith("conntrack")) {
            wire.hub()
                    .run(
                            "nft",
                            "add table ip c; add chain ip c in { type nat hook prerouting priority dstnat; }; "
                                    + "add rule ip c in ct state new counter"
                                    + (name.contains("DNAT")
                                            ? "; add rule ip c in udp dport 10001 dnat to 203.0.113.1:10000"
                                            : ""));
        }
        String port = name.contains("DNAT") ? "10001" : "10000";
        wire.far()
                .ipBatch(
                        "fou add port 10000 ipproto 4",
                        "link add name x0 type ipip local 203.0.113.2 remote 203.0.113.1 encap fou encap-sport 10000 encap-dport "
                                + port,
                        "address add " + BenchFiles.inner(0, 1) + " peer " + BenchFiles.inner(0, 0) + " dev x0",
                        "link set dev x0 up");
        return wire;
    }

    /** Sends and receives packets by turns, so that none waits long and none is lost. */
    private static double packetsPerSecond(Wire wire) throws Exception {
        InetSocketAddress to = new InetSocketAddress(BenchFiles.inner(0, 0), 9);
        try (DatagramChannel receiver = wire.hub().call(DatagramChannel::open);
                DatagramChannel sender = wire.far().call(DatagramChannel::open)) {
            receiver.bind(to).configureBlocking(false);
            sender.connect(to);
            ByteBuffer packet = ByteBuffer.allocateDirect(16);
            long start = System.nanoTime();
            long packets = 0;
            while (System.nanoTime() - start < 1_000_000_000L) {
                for (int i = 0; i < 50; i++, packets++) {
                    sender.write(packet.clear());
                }
                for (int i = 0; i < 50; i++) {
                    long deadline = System.nanoTime() + 5_000_000_000L;
                    while (receiver.receive(packet.clear()) == null) {
                        if (System.nanoTime() > deadline) {
                            throw new IllegalStateException("a packet was lost");
                        }
                        LockSupport.parkNanos(1000);
                    }
                }
            }
            return packets * 1e9 / (System.nanoTime() - start);
        }
    }
}
