package io.ipipou.core.plan;

import static io.ipipou.core.plan.HostBuilder.address;
import static io.ipipou.core.plan.HostBuilder.down;
import static io.ipipou.core.plan.HostBuilder.link;
import static io.ipipou.core.plan.HostBuilder.name;
import static io.ipipou.core.plan.HostBuilder.route;
import static io.ipipou.core.plan.HostBuilder.unmanaged;
import static io.ipipou.core.plan.HostBuilder.withMtu;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {

    static HostBuilder tunnel() {
        return new HostBuilder()
                .has(link("ipipou0", "198.51.100.1", 10000))
                .has(FouListener.onPort(10000))
                .has(address("ipipou0", "172.28.0.0", "172.28.0.1"))
                .has(route("ipipou0", "10.20.0.0/16"));
    }

    static Plan plan(DesiredState desired, ObservedState observed) {
        return Planner.plan(desired, observed, Set.of());
    }

    private static List<String> changes(Plan plan) {
        return plan.changes().stream()
                .map(change -> change.action().symbol() + " " + change.id() + (change.disruptive() ? " !" : ""))
                .toList();
    }

    static List<String> writes(Plan plan) {
        return plan.operations().stream()
                .map(operation -> operation.verb() + " " + operation.id())
                .toList();
    }

    @Test
    void nothingToDo() {
        Plan plan = plan(tunnel().desired(), tunnel().observed());
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.operations()).isEmpty();
    }

    @Test
    void aListenerIsCreatedAfterAndDeletedBeforeItsLink() {
        Plan creation = plan(tunnel().desired(), new HostBuilder().observed());
        assertThat(changes(creation))
                .containsExactly(
                        "+ tunnel.ipipou0",
                        "+ listener.0.0.0.0:10000",
                        "+ address.ipipou0.172.28.0.0",
                        "+ route.10.20.0.0/16");
        assertThat(writes(creation))
                .containsExactly(
                        "CREATE tunnel.ipipou0",
                        "CREATE listener.0.0.0.0:10000",
                        "CREATE address.ipipou0.172.28.0.0",
                        "CREATE route.10.20.0.0/16");
        Plan deletion = plan(new HostBuilder().desired(), tunnel().observed());
        assertThat(writes(deletion)).containsExactly("DELETE listener.0.0.0.0:10000", "DELETE tunnel.ipipou0");
        assertThat(changes(deletion))
                .containsExactly(
                        "- tunnel.ipipou0 !",
                        "- listener.0.0.0.0:10000 !",
                        "- address.ipipou0.172.28.0.0 !",
                        "- route.10.20.0.0/16 !");
    }

    @Test
    void anMtuIsChangedInPlace() {
        Plan plan = plan(
                tunnel().desired(),
                tunnel().has(withMtu(link("ipipou0", "198.51.100.1", 10000), 1400))
                        .observed());
        assertThat(changes(plan)).containsExactly("~ tunnel.ipipou0");
    }

    @Test
    void anotherRemoteIsADisruptiveUpdate() {
        Plan plan = plan(
                tunnel().desired(),
                tunnel().has(link("ipipou0", "198.51.100.9", 10000)).observed());
        assertThat(changes(plan)).containsExactly("~ tunnel.ipipou0 !");
    }

    @Test
    void aFirstRemoteReplacesTheLinkWithItsAddressesAndRoutes() {
        Plan plan = plan(
                tunnel().desired(),
                tunnel().has(link("ipipou0", "0.0.0.0", 10000)).observed());
        assertThat(changes(plan))
                .containsExactly(
                        "-/+ tunnel.ipipou0 !", "-/+ address.ipipou0.172.28.0.0 !", "-/+ route.10.20.0.0/16 !");
        assertThat(writes(plan))
                .containsExactly(
                        "DELETE tunnel.ipipou0",
                        "CREATE tunnel.ipipou0",
                        "CREATE address.ipipou0.172.28.0.0",
                        "CREATE route.10.20.0.0/16");
    }

    @Test
    void aLinkThatIsDownComesUpAndGetsItsRoutesBack() {
        Plan plan = plan(
                tunnel().desired(),
                new HostBuilder()
                        .has(down(link("ipipou0", "198.51.100.1", 10000)))
                        .has(FouListener.onPort(10000))
                        .has(address("ipipou0", "172.28.0.0", "172.28.0.1"))
                        .observed());
        assertThat(writes(plan)).containsExactly("UPDATE tunnel.ipipou0", "CREATE route.10.20.0.0/16");
    }

    @Test
    void ordersAChainOfUpdatesAndBreaksACycle() {
        HostBuilder before = new HostBuilder()
                .has(link("a", "198.51.100.1", 1))
                .has(link("b", "198.51.100.2", 1))
                .has(FouListener.onPort(1));
        Plan chain = plan(
                new HostBuilder()
                        .has(link("a", "198.51.100.2", 1))
                        .has(link("b", "198.51.100.3", 1))
                        .desired(),
                before.observed());
        assertThat(writes(chain)).containsExactly("UPDATE tunnel.b", "UPDATE tunnel.a");
        Plan ring = plan(
                new HostBuilder()
                        .has(link("a", "198.51.100.2", 1))
                        .has(link("b", "198.51.100.1", 1))
                        .desired(),
                before.observed());
        assertThat(writes(ring)).containsExactly("DELETE tunnel.a", "UPDATE tunnel.b", "CREATE tunnel.a");
    }

    @Test
    void addsAnAddressBeforeDeletingTheOldOne() {
        Plan plan = plan(
                tunnel().desired(),
                new HostBuilder()
                        .has(link("ipipou0", "198.51.100.1", 10000))
                        .has(FouListener.onPort(10000))
                        .has(address("ipipou0", "172.28.0.0", "172.28.0.9"))
                        .has(address("ipipou0", "172.30.0.0", "172.30.0.1"))
                        .has(route("ipipou0", "10.20.0.0/16"))
                        .observed());
        assertThat(changes(plan)).containsExactly("- address.ipipou0.172.30.0.0 !", "-/+ address.ipipou0.172.28.0.0 !");
        assertThat(writes(plan))
                .containsExactly(
                        "CREATE address.ipipou0.172.28.0.0",
                        "DELETE address.ipipou0.172.30.0.0",
                        "DELETE address.ipipou0.172.28.0.0");
    }

    @Test
    void theLabelOfAManagedAddressIsNotDrift() {
        LinkAddress labelled =
                new LinkAddress(name("ipipou0"), Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1"), 32, "ipipou0:x");
        Plan plan = plan(
                tunnel().desired(),
                new HostBuilder()
                        .has(link("ipipou0", "198.51.100.1", 10000))
                        .has(FouListener.onPort(10000))
                        .has(labelled)
                        .has(route("ipipou0", "10.20.0.0/16"))
                        .observed());
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void movesARouteBeforeDeletingItsOldLink() {
        HostBuilder before = tunnel().has(link("ipipou1", "198.51.100.2", 10000))
                .has(address("ipipou1", "172.28.0.2", "172.28.0.3"));
        Plan plan = plan(
                new HostBuilder()
                        .has(link("ipipou1", "198.51.100.2", 10000))
                        .has(address("ipipou1", "172.28.0.2", "172.28.0.3"))
                        .has(route("ipipou1", "10.20.0.0/16"))
                        .desired(),
                before.observed());
        assertThat(writes(plan)).containsExactly("UPDATE route.10.20.0.0/16", "DELETE tunnel.ipipou0");
    }

    @Test
    void aRoutingDaemonsRouteIsNotManaged() {
        Route learnt = new Route(Ipv4Prefix.of("10.99.0.0/16"), Optional.of(name("ipipou0")), Optional.empty(), 32, 12);
        assertThat(plan(tunnel().desired(), tunnel().has(learnt).observed()).isEmpty())
                .isTrue();
        Route typed = new Route(
                Ipv4Prefix.of("10.99.0.0/16"), Optional.of(name("ipipou0")), Optional.empty(), 0, Route.PROTOCOL_BOOT);
        assertThat(writes(plan(tunnel().desired(), tunnel().has(typed).observed())))
                .containsExactly("DELETE route.10.99.0.0/16");
    }

    @Test
    void anUnmanagedObjectInTheWayIsAConflict() {
        HostBuilder host = new HostBuilder()
                .has(new Device(name("ipipou0"), "dummy", 1500, true, Set.of()))
                .hasUdpSocketOn(10000)
                .has(new Route(
                        Ipv4Prefix.of("10.20.0.0/16"),
                        Optional.of(HostBuilder.ETH0),
                        Optional.of(Ipv4.of("192.0.2.254")),
                        0,
                        Route.PROTOCOL_STATIC));
        Plan plan = plan(tunnel().desired(), host.observed());
        assertThat(plan.conflicts())
                .extracting(conflict -> conflict.resource().id().toString())
                .containsExactly("tunnel.ipipou0", "listener.0.0.0.0:10000", "route.10.20.0.0/16");
    }

    @Test
    void anUnmanagedLinkWithTheSameAddressesIsAConflict() {
        Plan plan = plan(
                tunnel().desired(),
                new HostBuilder()
                        .has(unmanaged(link("other", "198.51.100.1", 10000)))
                        .observed());
        assertThat(plan.conflicts()).singleElement().asString().contains("other", "ip link del dev other");
    }

    @Test
    void aListenerThatAnUnmanagedLinkUsesStays() {
        Plan plan = plan(
                new HostBuilder().desired(),
                tunnel().has(unmanaged(link("other", "198.51.100.7", 10000))).observed());
        assertThat(writes(plan)).containsExactly("DELETE tunnel.ipipou0");
        assertThat(plan.notes()).singleElement().asString().contains("listener.0.0.0.0:10000 stays");
    }

    /** Otherwise the kernel would walk all routes for each link. */
    @Test
    void deletesRoutesAndAddressesBeforeManyLinks() {
        HostBuilder many = new HostBuilder();
        for (int i = 0; i < 17; i++) {
            many.has(link("t" + i, "198.51.100." + i, 10000))
                    .has(address("t" + i, "172.28.0." + 2 * i, "172.28.0." + (2 * i + 1)))
                    .has(route("t" + i, "10." + i + ".0.0/16"));
        }
        List<String> writes = writes(Planner.plan(DesiredState.NOTHING, many.observed(), Set.of()));
        assertThat(writes).hasSize(3 * 17);
        assertThat(writes.subList(0, 17)).allMatch(write -> write.startsWith("DELETE route."));
        assertThat(writes.subList(17, 34)).allMatch(write -> write.startsWith("DELETE address."));
        assertThat(writes.subList(34, 51)).allMatch(write -> write.startsWith("DELETE tunnel."));

        assertThat(writes(Planner.plan(DesiredState.NOTHING, tunnel().observed(), Set.of())))
                .containsExactly("DELETE listener.0.0.0.0:10000", "DELETE tunnel.ipipou0");
    }

    @Test
    void destroyDeletesAListenerWithoutALinkOnlyIfConfigured() {
        HostBuilder orphan = new HostBuilder().has(FouListener.onPort(10000)).has(FouListener.onPort(7777));
        Plan plan = Planner.plan(DesiredState.NOTHING, orphan.observed(), Set.of(FouListener.onPort(10000)));
        assertThat(plan.operations()).containsExactly(Operation.delete(FouListener.onPort(10000)));
        assertThat(plan(new HostBuilder().desired(), orphan.observed()).isEmpty())
                .isTrue();
    }

    @Test
    void replacesAListenerOfAnotherKindOnAManagedPort() {
        FouListener gue = new FouListener(Ipv4.ANY, 10000, 0, true, Optional.empty(), Optional.empty());
        Plan plan = plan(
                new HostBuilder().has(link("ipipou0", "198.51.100.1", 10000)).desired(),
                new HostBuilder()
                        .has(link("ipipou0", "198.51.100.1", 10000))
                        .has(gue)
                        .observed());
        assertThat(plan.operations())
                .containsExactly(Operation.delete(gue), Operation.create(FouListener.onPort(10000)));
    }
}
