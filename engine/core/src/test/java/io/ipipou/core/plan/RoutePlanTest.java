package io.ipipou.core.plan;

import static io.ipipou.core.plan.HostBuilder.address;
import static io.ipipou.core.plan.HostBuilder.link;
import static io.ipipou.core.plan.HostBuilder.name;
import static io.ipipou.core.plan.HostBuilder.route;
import static io.ipipou.core.plan.PlannerTest.plan;
import static io.ipipou.core.plan.PlannerTest.tunnel;
import static io.ipipou.core.plan.PlannerTest.writes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.Route;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Routes with metrics and in other tables, and further addresses. */
class RoutePlanTest {

    @Test
    void aRouteOfAnEarlierVersionGetsIpipousProtocolInPlace() {
        Route before = new Route(Ipv4Prefix.of("10.20.0.0/16"), Optional.of(name("ipipou0")), Optional.empty(), 0, 4);
        HostBuilder desired = tunnel();
        Plan plan = plan(
                desired.desired(),
                new HostBuilder()
                        .has(link("ipipou0", "198.51.100.1", 10000))
                        .has(address("ipipou0", "172.28.0.0", "172.28.0.1"))
                        .has(FouListener.onPort(10000))
                        .has(before)
                        .observed());
        assertThat(writes(plan)).containsExactly("UPDATE route.10.20.0.0/16");
        assertThat(plan.changes()).singleElement().matches(change -> !change.disruptive());
    }

    @Test
    void outsideTheMainTableOnlyIpipousRoutesAreManaged() {
        Ipv4Prefix prefix = Ipv4Prefix.of("10.99.0.0/16");
        Route theirs = new Route(prefix, Optional.of(name("ipipou0")), Optional.empty(), 7, Route.PROTOCOL_STATIC, 100);
        Route own = Route.through(name("ipipou0"), prefix, 5, -1);
        assertThat(writes(plan(tunnel().desired(), tunnel().has(theirs).has(own).observed())))
                .containsExactly("DELETE route.10.99.0.0/16.table.4294967295.metric.5");
        assertThat(writes(
                        plan(DesiredState.NOTHING, tunnel().has(theirs).has(own).observed())))
                .doesNotContain("DELETE route.10.99.0.0/16.table.100.metric.7");
    }

    @Test
    void theSamePrefixGoesThroughTwoLinksWithAnotherMetricOrTable() {
        Ipv4Prefix prefix = Ipv4Prefix.of("10.20.0.0/16");
        HostBuilder desired = tunnel().has(link("ipipou1", "198.51.100.2", 10000))
                .has(Route.through(name("ipipou1"), prefix, 200, Route.TABLE_MAIN))
                .has(Route.through(name("ipipou1"), prefix, 0, 100));
        Plan plan = plan(
                desired.desired(),
                tunnel().has(link("ipipou1", "198.51.100.2", 10000)).observed());
        assertThat(writes(plan))
                .containsExactly("CREATE route.10.20.0.0/16.table.100", "CREATE route.10.20.0.0/16.metric.200");
        assertThat(plan(desired.desired(), desired.observed()).isEmpty()).isTrue();
    }

    @Test
    void aRouteInTheWayIsNamedWithItsTableAndMetric() {
        Ipv4Prefix prefix = Ipv4Prefix.of("10.20.0.0/16");
        Plan plan = plan(
                tunnel().has(Route.through(name("ipipou0"), prefix, 7, 100)).desired(),
                tunnel().has(Route.through(HostBuilder.ETH0, prefix, 7, 100)).observed());
        assertThat(plan.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.resource().id()).hasToString("route.10.20.0.0/16.table.100.metric.7");
            assertThat(conflict.obstacle().toString())
                    .contains("the route 10.20.0.0/16 dev eth0 table 100 metric 7")
                    .contains("ip route del 10.20.0.0/16 table 100 metric 7");
        });
    }

    @Test
    void theFirstAddressIsTheOldestOfItsLink() {
        LinkAddress more =
                new LinkAddress(name("ipipou0"), Ipv4.of("192.0.2.10"), Ipv4.of("192.0.2.10"), 32, "ipipou0");
        HostBuilder host = tunnel().has(more);
        HostBuilder other = new HostBuilder()
                .has(link("ipipou0", "198.51.100.1", 10000))
                .has(FouListener.onPort(10000))
                .has(address("ipipou0", "172.28.0.6", "172.28.0.1"))
                .has(more)
                .has(route("ipipou0", "10.20.0.0/16"));
        assertThat(plan(host.desired(), host.observed()).isEmpty()).isTrue();
        assertThat(writes(plan(other.desired(), host.observed())))
                .containsExactly(
                        "CREATE address.ipipou0.172.28.0.6",
                        "DELETE address.ipipou0.172.28.0.0",
                        "DELETE address.ipipou0.192.0.2.10",
                        "CREATE address.ipipou0.192.0.2.10");
        HostBuilder wrongOrder = new HostBuilder()
                .has(link("ipipou0", "198.51.100.1", 10000))
                .has(FouListener.onPort(10000))
                .has(more)
                .has(address("ipipou0", "172.28.0.0", "172.28.0.1"))
                .has(route("ipipou0", "10.20.0.0/16"));
        assertThat(writes(plan(host.desired(), wrongOrder.observed())))
                .containsExactly("DELETE address.ipipou0.192.0.2.10", "CREATE address.ipipou0.192.0.2.10");
    }
}
