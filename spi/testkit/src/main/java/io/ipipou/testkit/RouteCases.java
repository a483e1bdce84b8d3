package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.T1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cases for IPv4 routes. */
interface RouteCases extends Cases {

    Ipv4Prefix NETWORK = Ipv4Prefix.of("10.20.0.0/16");
    Route THROUGH_T0 = Route.through(T0, NETWORK);
    Route THROUGH_T1 = Route.through(T1, NETWORK);
    /** The route that the kernel adds for the device's address. */
    Route CONNECTED = new Route(Ipv4Prefix.of("203.0.113.0/24"), Optional.of(DEVICE), Optional.empty(), 0, 2);

    @Test
    @Covers(kind = Route.KIND, verb = Verb.CREATE)
    default void createRoute() throws Exception {
        Route defaultRoute = Route.through(T0, Ipv4Prefix.of("0.0.0.0/0"));
        Route host = Route.through(T0, Ipv4Prefix.of("192.0.2.255/32"));
        Route highMetric = new Route(NETWORK, Optional.of(T0), Optional.empty(), -1, Route.PROTOCOL_BOOT);
        Route viaGateway = new Route(
                Ipv4Prefix.of("10.30.0.0/16"), Optional.of(DEVICE), Optional.of(Ipv4.of("203.0.113.2")), 5, 200);
        host().create(SampleLinks.tunnel(0), THROUGH_T0, defaultRoute, host, highMetric, viaGateway);

        assertThat(host().observe().routes())
                .containsExactlyInAnyOrder(CONNECTED, THROUGH_T0, defaultRoute, host, highMetric, viaGateway);
    }

    /** The device has 203.0.113.1/24. */
    @Test
    default void theKernelChoosesARoute() throws Exception {
        LinkName other = new LinkName("ct-other");
        Ipv4 far = Ipv4.of("10.30.0.1");
        RoutePath onLink = new RoutePath(DEVICE, Ipv4.of("203.0.113.1"));
        assertThat(host().backend.routeTo(far, Optional.empty())).isEmpty();
        assertThat(host().backend.routeTo(Ipv4.of("203.0.113.9"), Optional.empty()))
                .contains(onLink);

        host().outside.linkAdd(other, "dummy");
        host().outside.linkUp(other);
        host().outside
                .addressAdd(
                        new LinkAddress(other, Ipv4.of("198.51.100.1"), Ipv4.of("198.51.100.1"), 24, other.value()));
        Ipv4Prefix network = Ipv4Prefix.of("10.30.0.0/16");
        host().outside.routeAdd(new Route(network, Optional.of(other), Optional.of(Ipv4.of("198.51.100.2")), 5, 4));
        host().outside.routeAdd(new Route(network, Optional.of(DEVICE), Optional.of(Ipv4.of("203.0.113.2")), 9, 4));
        assertThat(host().backend.routeTo(far, Optional.empty()))
                .contains(new RoutePath(other, Ipv4.of("198.51.100.1")));
        assertThat(host().backend.routeTo(far, Optional.of(DEVICE))).contains(onLink);
        assertThat(host().backend.routeTo(far, Optional.of(new LinkName("ct-none"))))
                .isEmpty();
        host().outside.linkDelete(other);
        assertThat(host().backend.routeTo(far, Optional.empty())).contains(onLink);
    }

    @Test
    @Covers(kind = Route.KIND, verb = Verb.UPDATE)
    default void updatingARouteMovesItToAnotherDevice() throws Exception {
        Route highMetric = new Route(NETWORK, Optional.of(T0), Optional.empty(), 9, Route.PROTOCOL_STATIC);
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1), THROUGH_T0, highMetric);

        host().update(THROUGH_T0, THROUGH_T1);
        assertThat(host().observe().routes()).containsExactlyInAnyOrder(CONNECTED, THROUGH_T1, highMetric);
    }

    @Test
    @Covers(kind = Route.KIND, verb = Verb.DELETE)
    default void deleteRoute() throws Exception {
        host().create(SampleLinks.tunnel(0), THROUGH_T0);

        host().delete(THROUGH_T0);
        host().delete(THROUGH_T0); // a missing route counts as deleted
        assertThat(host().observe().routes()).containsExactly(CONNECTED);
    }

    /** The same prefix through the same link, once more with another metric, and in another table. */
    @Test
    default void routesDifferByMetricAndTable() throws Exception {
        Route worse = Route.through(T0, NETWORK, -1, Route.TABLE_MAIN);
        Route elsewhere = Route.through(T0, NETWORK, 0, 100);
        Route last = Route.through(T1, NETWORK, 5, -1);
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1), worse, THROUGH_T0, elsewhere, last);
        assertThat(host().observe().routes()).containsExactlyInAnyOrder(CONNECTED, worse, THROUGH_T0, elsewhere, last);
        host().assertRefused(Operation.create(Route.through(T1, NETWORK, 0, 100)), "EEXIST");

        Route moved = Route.through(T1, NETWORK, 0, 100);
        host().update(elsewhere, moved);
        host().delete(THROUGH_T0);
        assertThat(host().observe().routes()).containsExactlyInAnyOrder(CONNECTED, worse, moved, last);
        host().delete(THROUGH_T0, moved, last);
        assertThat(host().observe().routes()).containsExactlyInAnyOrder(CONNECTED, worse);
    }

    @Test
    default void updatingARouteChangesItsProtocol() throws Exception {
        Route before = new Route(NETWORK, Optional.of(T0), Optional.empty(), 0, Route.PROTOCOL_STATIC);
        host().create(SampleLinks.tunnel(0), before);

        host().update(before, THROUGH_T0);
        assertThat(host().observe().routes()).containsExactlyInAnyOrder(CONNECTED, THROUGH_T0);
    }

    @Test
    default void routesOfOthersInOtherTablesAreKept() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0));
        Route theirs = new Route(NETWORK, Optional.of(T0), Optional.empty(), 0, Route.PROTOCOL_BOOT, 100);
        host().outside.routeAdd(theirs);

        assertThat(host().observe().routes()).doesNotContain(theirs);
        assertThat(host().backend.routesIn(100)).containsExactly(theirs);
        assertThat(host().backend.routesIn(-2)).isEmpty();
        Route far = Route.through(T0, NETWORK, 3, -1);
        host().create(far);
        assertThat(host().backend.routesIn(-1)).containsExactly(far);
        host().delete(far);
        host().delete(Route.through(T0, NETWORK, 0, 100));
        host().assertRefused(Operation.create(Route.through(T0, NETWORK, 0, 100)), "EEXIST");
        host().outside.routeDelete(theirs);
    }

    @Test
    default void deletingARouteSucceedsAfterItsLinkIsGone() throws Exception {
        host().create(SampleLinks.tunnel(0), THROUGH_T0);
        host().outside.linkDelete(T0);

        host().delete(THROUGH_T0);
        assertThat(host().observe().routes()).containsExactly(CONNECTED);
    }

    @Test
    default void aRouteChangedByAnotherProgramIsKept() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1), THROUGH_T0);
        host().outside.routeDelete(THROUGH_T0);
        Route other = Route.through(DEVICE, NETWORK);
        host().outside.routeAdd(other);

        host().delete(THROUGH_T0);
        host().assertRefused(Operation.update(THROUGH_T0, THROUGH_T1));
        assertThat(host().observe().routes()).containsExactlyInAnyOrder(CONNECTED, other);
    }

    @Test
    default void updatingAMissingRouteIsRefused() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1));

        host().assertRefused(Operation.update(THROUGH_T0, THROUGH_T1));
        assertThat(host().observe().routes()).containsExactly(CONNECTED);
    }

    @Test
    default void refusalsOfARouteReportTheErrno() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.down(SampleLinks.tunnel(1)), THROUGH_T0);

        host().assertRefused(Operation.create(Route.through(DEVICE, NETWORK)), "EEXIST");
        host().assertRefused(Operation.create(Route.through(T1, Ipv4Prefix.of("10.30.0.0/16"))), "ENETDOWN");
        host().assertRefused(Operation.create(Route.through(new LinkName("t2"), NETWORK)), "ENODEV");
    }

    @Test
    default void routesDisappearWhenTheirLinkGoesDownOrLosesItsLastAddress() throws Exception {
        Route second = Route.through(T1, Ipv4Prefix.of("10.30.0.0/16"));
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1), SampleLinks.innerAddress(1), THROUGH_T0, second);
        host().outside.linkDown(T0);
        host().outside.addressDelete(SampleLinks.innerAddress(1));

        assertThat(host().observe().routes()).containsExactly(CONNECTED);
    }

    @Test
    default void routesOfEveryFormAreRead() throws Exception {
        Set<Route> forms = Set.of(
                CONNECTED,
                new Route(Ipv4Prefix.of("0.0.0.0/0"), Optional.of(DEVICE), gateway("203.0.113.254"), 0, 3),
                new Route(Ipv4Prefix.of("10.1.0.0/16"), Optional.of(DEVICE), gateway("203.0.113.2"), 100, 16),
                new Route(Ipv4Prefix.of("10.1.0.0/16"), Optional.of(DEVICE), Optional.empty(), 200, 3),
                new Route(Ipv4Prefix.of("10.2.0.0/16"), Optional.empty(), Optional.empty(), 0, 3));
        forms.stream().filter(route -> !route.equals(CONNECTED)).forEach(host().outside::routeAdd);

        assertThat(host().observe().routes()).isEqualTo(forms);
    }

    private static Optional<Ipv4> gateway(String address) {
        return Optional.of(Ipv4.of(address));
    }
}
