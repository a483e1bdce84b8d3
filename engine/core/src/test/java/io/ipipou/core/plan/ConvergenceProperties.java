package io.ipipou.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.FakeKernel;
import io.ipipou.testkit.SimulatedCrash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** From any state of a host to any desired one, whatever was broken on the way and wherever a run died. */
class ConvergenceProperties {

    private static final LinkName ETH0 = new LinkName("eth0");
    private static final Ipv4 LOCAL = Ipv4.of("192.0.2.1");
    private static final int TUNNELS = 6;

    @Property(tries = 200)
    void applyThenPlanIsEmptyAndForeignObjectsStand(@ForAll Random random) throws BackendException {
        FakeKernel kernel = hostWithForeignObjects();
        ObservedState foreign = kernel.state();
        converge(kernel, randomDesired(random));
        damage(kernel, random);
        DesiredState desired = randomDesired(random);
        ObservedState before = kernel.state();
        assertThat(Planner.plan(desired, before)).isEqualTo(Planner.plan(desired, kernel.state()));

        converge(kernel, desired);
        assertForeignObjectsStand(kernel.state(), foreign);

        destroy(kernel);
        assertThat(kernel.state()).isEqualTo(foreign);
    }

    @Property(tries = 50)
    void aRunThatDiesAtAnyWriteIsMendedByTheNext(@ForAll Random random) throws BackendException {
        DesiredState from = randomDesired(random);
        DesiredState to = randomDesired(random);
        FakeKernel whole = hostWithForeignObjects();
        converge(whole, from);
        int writes = Planner.plan(to, whole.state()).operations().size();
        for (int write = 1; write <= writes; write++) {
            for (Death death : Death.values()) {
                FakeKernel kernel = hostWithForeignObjects();
                ObservedState foreign = kernel.state();
                converge(kernel, from);
                death.at(kernel, write);
                runUntilDeath(kernel, to);
                converge(kernel, to);
                assertForeignObjectsStand(kernel.state(), foreign);
                converge(kernel, DesiredState.NOTHING);
                assertThat(kernel.state()).isEqualTo(foreign);
            }
        }
    }

    private enum Death {
        BEFORE,
        WITHIN,
        AFTER;

        void at(FakeKernel kernel, int write) {
            switch (this) {
                case BEFORE -> kernel.crashBefore(write);
                case WITHIN -> kernel.crashWithin(write);
                case AFTER -> kernel.crashAfter(write);
            }
        }
    }

    private static void runUntilDeath(FakeKernel kernel, DesiredState desired) throws BackendException {
        try (Backend backend = kernel.backend()) {
            backend.execute(Planner.plan(desired, kernel.state()).operations());
        } catch (SimulatedCrash expected) {
            assertThat(expected).hasMessageContaining("write");
        }
    }

    private static void converge(FakeKernel kernel, DesiredState desired) throws BackendException {
        try (Backend backend = kernel.backend()) {
            Plan plan = Planner.plan(desired, backend.observe());
            assertThat(plan.conflicts()).isEmpty();
            assertThat(backend.execute(plan.operations())).allMatch(outcome -> outcome.status() == Outcome.Status.DONE);
            Plan again = Planner.plan(desired, backend.observe());
            assertThat(again.changes()).isEmpty();
        }
    }

    /** A colleague who deletes the last link of a port leaves a listener that only the file can claim. */
    private static void destroy(FakeKernel kernel) throws BackendException {
        Set<FouListener> claimed = Set.of(FouListener.onPort(10000), FouListener.onPort(10001));
        try (Backend backend = kernel.backend()) {
            backend.execute(Planner.planDestroy(claimed, backend.observe()).operations());
        }
    }

    private static FakeKernel hostWithForeignObjects() {
        FakeKernel kernel = FakeKernel.withDevice(ETH0, LOCAL, 24);
        LinkName theirs = new LinkName("theirs");
        kernel.linkAdd(link(theirs, "203.0.113.250", 7777, 7777, 1472, 64, new Mark("not ipipou's", 0)));
        kernel.addressAdd(LinkAddress.pointToPoint(theirs, Ipv4.of("10.250.0.1"), Ipv4.of("10.250.0.2")));
        kernel.fouAdd(FouListener.onPort(7777));
        kernel.routeAdd(new Route(
                Ipv4Prefix.of("10.0.0.0/8"), Optional.of(theirs), Optional.empty(), 0, Route.PROTOCOL_STATIC));
        return kernel;
    }

    private static void assertForeignObjectsStand(ObservedState state, ObservedState foreign) {
        assertThat(state.devices()).containsAllEntriesOf(foreign.devices());
        assertThat(state.links()).containsAllEntriesOf(foreign.links());
        assertThat(state.listeners()).containsAll(foreign.listeners());
        assertThat(state.addresses()).containsAll(foreign.addresses());
        assertThat(state.routes()).containsAll(foreign.routes());
    }

    private static DesiredState randomDesired(Random random) {
        Map<OuterHeader.Key, IpipLink> links = new HashMap<>();
        for (int i = 0; i < TUNNELS; i++) {
            if (random.nextInt(4) != 0) {
                IpipLink link = randomLink(random, new LinkName("ipipou" + i));
                links.putIfAbsent(link.outer().key(), link);
            }
        }
        List<LinkAddress> addresses = new ArrayList<>();
        Map<Route.Key, Route> routes = new HashMap<>();
        for (IpipLink link : links.values()) {
            int peer = random.nextInt(2);
            addresses.add(LinkAddress.pointToPoint(
                    link.name(), Ipv4.of("172.28." + random.nextInt(3) + ".0"), Ipv4.of("172.28.9." + peer)));
            for (int i = 0; i < random.nextInt(3); i++) {
                Route route = Route.through(link.name(), Ipv4Prefix.of("10.2" + random.nextInt(TUNNELS) + ".0.0/16"));
                routes.putIfAbsent(route.key(), route);
            }
        }
        return DesiredState.of(links.values(), addresses, routes.values());
    }

    private static IpipLink randomLink(Random random, LinkName name) {
        String remote = random.nextInt(8) == 0 ? "0.0.0.0" : "198.51.100." + (1 + random.nextInt(TUNNELS));
        return link(
                name,
                remote,
                10000 + random.nextInt(2),
                20000 + random.nextInt(2),
                random.nextBoolean() ? 1472 : 1400,
                random.nextBoolean() ? 0 : 64,
                Mark.of(name));
    }

    private static IpipLink link(LinkName name, String remote, int sport, int dport, int mtu, int ttl, Mark mark) {
        return new IpipLink(
                name,
                new OuterHeader(LOCAL, Ipv4.of(remote), Optional.of(ETH0), ttl, 0, true),
                Encap.fou(sport, dport, false),
                mtu,
                true,
                mark);
    }

    /** Breaks what is ours, as a colleague might. */
    private static void damage(FakeKernel kernel, Random random) {
        for (IpipLink link : kernel.state().links().values()) {
            if (!link.mark().isManaged()) {
                continue;
            }
            switch (random.nextInt(8)) {
                case 0 -> kernel.linkDelete(link.name());
                case 1 -> kernel.linkDown(link.name());
                case 2 -> kernel.linkMtu(link.name(), 1300);
                case 3 -> kernel.linkGroup(link.name(), 7);
                case 4 -> kernel.linkRename(link.name(), new LinkName("renamed" + link.name()));
                case 5 ->
                    kernel.addressAdd(
                            LinkAddress.pointToPoint(link.name(), Ipv4.of("10.77.0.1"), Ipv4.of("10.77.0.2")));
                case 6 ->
                    kernel.state().addresses().stream()
                            .filter(address -> address.link().equals(link.name()))
                            .findFirst()
                            .ifPresent(kernel::addressDelete);
                default -> {
                    // This one was lucky.
                }
            }
        }
        if (random.nextInt(3) == 0) {
            kernel.state().listeners().stream()
                    .filter(listener -> listener.port() != 7777)
                    .forEach(kernel::fouDelete);
        }
    }
}
