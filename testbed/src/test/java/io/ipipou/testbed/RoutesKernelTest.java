package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes with metrics and in other tables, further addresses and keepalives of static tunnels, with real packets. */
@KernelDependent
class RoutesKernelTest extends RoutesLab {

    private static final String TUNNELS = """
            apiVersion: ipipou/v1
            settings: {backend: %1$s}
            defaults: {mode: static}
            peers:
              far0: {endpoint: "203.0.113.%3$d:10000"}
              far1: {endpoint: "203.0.113.%3$d1:10001"}
            tunnels:
              t0:
                peer: far0
                local: {device: eth0, port: 10000}
                inner: {address: 172.28.0.%2$d, peer: 172.28.0.%3$d, addresses: [192.0.2.%2$d/32]}
                routes: [10.%3$d.0.0/16, {to: 10.%3$d.0.0/16, table: 100}, {to: 192.0.2.%3$d/32, metric: 3}]
              t1:
                peer: far1
                local: {device: eth0, address: 203.0.113.%2$d1, port: 10001}
                inner: {address: 172.28.1.%2$d, peer: 172.28.1.%3$d, addresses: [192.0.2.%2$d/32]}
                routes: [{to: 10.%3$d.0.0/16, metric: 200}, 10.%3$d.7.0/24, {to: 10.%3$d.0.0/16, metric: 4294967295, table: 4294967295}]
            """;

    private final NetworkNamespace left = lab.host("left");
    private final NetworkNamespace right = lab.host("right");

    @BeforeEach
    void connectTwoHosts() {
        Lab.connect(left, "203.0.113.1/24", right, "203.0.113.2/24");
        left.ipBatch("address add 203.0.113.11/24 dev eth0", "address add 10.1.0.1/16 dev lo");
        right.ipBatch(
                "address add 203.0.113.21/24 dev eth0",
                "address add 10.2.0.1/16 dev lo",
                "address add 10.2.7.1/16 dev lo");
    }

    private static String left(String backend) {
        return TUNNELS.formatted(backend, 1, 2);
    }

    private static String right(String backend) {
        return TUNNELS.formatted(backend, 2, 1);
    }

    private static List<String> table(NetworkNamespace host, String table) {
        return host.run("ip", "-N", "route", "show", "table", table)
                .lines()
                .map(line -> line.replaceAll(" scope [0-9]+", "").strip())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void theSamePrefixGoesThroughTwoTunnelsByMetricAndTable(String backend) throws Exception {
        apply(left, left(backend));
        apply(right, right(backend));
        assertNoChanges(left, left(backend));
        assertThat(route(left, "10.2.0.1")).contains("dev t0");
        assertThat(route(left, "10.2.7.1")).contains("dev t1");
        left.ping("10.2.0.1");
        left.ping("10.2.7.1");

        // The worse route is used while the better one is not there.
        left.ip("route", "del", "10.2.0.0/16", "dev", "t0", "metric", "0");
        assertThat(route(left, "10.2.0.1")).contains("dev t1");
        left.ping("10.2.0.1");
        left.ip("rule", "add", "from", "192.0.2.1", "lookup", "100");
        assertThat(route(left, "10.2.0.1", "from", "192.0.2.1")).contains("dev t0");
        apply(left, left(backend));
        assertThat(route(left, "10.2.0.1")).contains("dev t0");
        assertThat(table(left, "4294967295")).containsExactly("10.2.0.0/16 dev t1 proto 105 metric 4294967295");
    }

    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void anOperatorsOwnRoutesInAnotherTableSurviveEverything(String backend) throws Exception {
        apply(left, left(backend));
        left.ipBatch(
                "route add 10.99.0.0/16 dev t0 table 100",
                "route add 10.98.0.0/16 dev t0 proto static metric 5 table 100",
                "route add default dev t0 proto bird table 101");
        List<String> theirs = List.of("10.99.0.0/16 dev t0", "10.98.0.0/16 dev t0 proto 4 metric 5");
        assertNoChanges(left, left(backend));
        apply(left, left(backend).replace("10.2.7.0/24", "10.2.8.0/24"));
        apply(left, left(backend));
        assertThat(table(left, "100")).containsAll(theirs).contains("10.2.0.0/16 dev t0 proto 105");

        Agent agent = left.call(
                () -> Plugins.BUILT_IN.agent(backend, Plugins.BUILT_IN.config(left(backend), directory), directory));
        try (agent) {
            long repairs = agent.repairs().count();
            left.ip("route", "del", "10.2.0.0/16", "dev", "t0", "table", "100");
            Wait.until("repaired", () -> agent.repairs().count() > repairs);
            assertThat(table(left, "100")).containsAll(theirs).contains("10.2.0.0/16 dev t0 proto 105");
        }
        // Where theirs is in the way, that route alone is deferred.
        String inTheWay = left(backend).replace("{to: 10.2.0.0/16, table: 100}", "{to: 10.99.0.0/16, table: 100}");
        Cli.Result deferring = Cli.run(left, "apply", file(left, inTheWay).toString());
        assertThat(deferring.status()).as(deferring.toString()).isEqualTo(1);
        assertThat(deferring.output())
                .contains("route.10.99.0.0/16.table.100", "the route 10.99.0.0/16 dev t0 table 100");
        assertThat(table(left, "100")).containsExactlyInAnyOrderElementsOf(theirs);
        left.ping("172.28.0.1");
        // A file without routes and tables leaves theirs too.
        String without = left(backend).replaceAll("    routes: .*\n", "");
        apply(left, without);
        assertNoChanges(left, without);
        assertThat(table(left, "100")).containsExactlyInAnyOrderElementsOf(theirs);
        assertThat(table(left, "101")).containsExactly("default dev t0 proto 12");
        left.ipBatch("link add name d0 up type dummy", "route add 10.97.0.0/16 dev d0 table 100");
        Cli.Result destroy = Cli.run(left, "destroy", file(left, without).toString());
        assertThat(destroy.status()).as(destroy.toString()).isZero();
        assertThat(table(left, "100")).containsExactly("10.97.0.0/16 dev d0");
    }

    /** Routes and a TTL as the version before made them. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void routesAndTheTtlOfAnEarlierVersionChangeInPlaceWithoutLoss(String backend) throws Exception {
        apply(right, right(backend));
        String inherit = left(backend).replace("defaults: {mode: static}", "defaults: {mode: static, ttl: inherit}");
        apply(left, inherit);
        left.ip("route", "change", "10.2.0.0/16", "dev", "t0", "metric", "0", "proto", "static");
        left.ip("route", "change", "10.2.7.0/24", "dev", "t1", "proto", "boot");
        Pings one = Pings.start(left, "10.2.0.1");
        Pings two = Pings.start(left, "10.2.7.1");
        Cli.Result plan = Cli.run(left, "plan", file(left, left(backend)).toString());
        assertThat(plan.out())
                .contains("~ tunnel.t0", "~ tunnel.t1", "~ route.10.2.0.0/16", "~ route.10.2.7.0/24")
                .contains("Plan: 0 to add, 4 to change, 0 to destroy.");
        apply(left, left(backend));
        one.awaitReplies(3);
        one.assertNoneLost();
        two.assertNoneLost();
        assertNoChanges(left, left(backend));
        assertThat(left.run("ip", "-d", "link", "show", "dev", "t0")).contains("ttl 64");
        assertThat(table(left, "main")).contains("10.2.7.0/24 dev t1 proto 105");
    }

    /** Case C15 of the field. */
    @ParameterizedTest
    @ValueSource(strings = {"netlink", "iproute2"})
    void severalTunnelsHaveTheSameFurtherAddress(String backend) throws Exception {
        apply(left, left(backend));
        apply(right, right(backend));
        left.run("ping", "-c", "2", "-i", "0.2", "-W", "5", "-I", "192.0.2.1", "192.0.2.2");
        // The kernel prefers the inner address.
        assertThat(route(left, "10.2.0.1")).contains("src 172.28.0.1");
        left.ip("address", "del", "172.28.0.1", "peer", "172.28.0.2/32", "dev", "t0");
        left.ip("address", "add", "198.51.100.5/32", "dev", "t0");
        apply(left, left(backend));
        assertNoChanges(left, left(backend));
        assertThat(route(left, "10.2.0.1")).contains("src 172.28.0.1");
        assertThat(left.run("ip", "-4", "address", "show", "dev", "t0"))
                .contains("192.0.2.1/32")
                .doesNotContain("198.51.100.5");
    }

    /** Case C14 of the field: the far end cannot send first once connection tracking in front of this one has forgotten it. */
    @Test
    void keepalivesOfAStaticTunnelKeepConnectionTrackingOpen() throws Exception {
        left.run(
                "nft",
                "table ip f { chain in { type filter hook input priority filter; policy drop;"
                        + " ct state established,related accept; iifname t0 accept; }; }");
        left.run(
                "sysctl",
                "-qw",
                "net.netfilter.nf_conntrack_udp_timeout=3",
                "net.netfilter.nf_conntrack_udp_timeout_stream=3");
        String own = left("netlink");
        apply(right, right("netlink"));
        Cli.Result warned = Cli.run(
                left,
                "apply",
                file(left, own.replace("mode: static", "mode: static, keepalive: 1s"))
                        .toString());
        assertThat(warned.status()).as(warned.toString()).isZero();
        assertThat(warned.err()).contains("t0.keepalive: no agent runs on this host, so no keepalives are sent");
        left.ping("10.2.0.1");
        Thread.sleep(5000);
        assertThat(right.reaches("172.28.0.1"))
                .as("the far end without keepalives")
                .isFalse();

        Agent agent = left.call(() -> Plugins.BUILT_IN.agent(
                "netlink",
                Plugins.BUILT_IN.config(own.replace("mode: static", "mode: static, keepalive: 1s"), directory),
                directory));
        try (agent) {
            Wait.until("the far end can send first", () -> right.reaches("172.28.0.1"));
            Thread.sleep(5000);
            assertThat(right.reaches("172.28.0.1"))
                    .as("the far end after an idle time")
                    .isTrue();
        }
    }
}
