package io.ipipou.core.plan;

import static io.ipipou.core.plan.RandomState.ETH0;
import static io.ipipou.core.plan.RandomState.LOCAL;
import static io.ipipou.core.plan.RandomState.SECOND_LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.desired.ManagedObjects;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.FakeKernel;
import io.ipipou.testkit.SimulatedCrash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * From any state of a host, one plan leads to any desired state, whatever others changed and wherever an earlier run
 * was killed. The kernel's state is compared with the desired one directly, so that a planner that overlooks a
 * difference fails.
 */
class ConvergenceProperties {

    private static final int RTPROT_KERNEL = 2;
    private static final DesiredState NOTHING = DesiredState.NOTHING;

    @Property(tries = 200)
    void onePlanLeadsToTheDesiredState(@ForAll Random random) throws BackendException {
        FakeKernel kernel = hostWithUnmanagedObjects();
        ObservedState unmanaged = kernel.state();
        converge(kernel, new RandomState(random), unmanaged);
        damage(kernel, random);
        Set<FouListener> orphans = orphans(kernel.state());

        RandomState desired = new RandomState(random);
        ObservedState before = kernel.state();
        assertThat(Planner.plan(desired.on(before), shuffled(before, random), Set.of()))
                .as("the plan for the same state in another order")
                .isEqualTo(Planner.plan(desired.on(before), before, Set.of()));
        DesiredState state = converge(kernel, desired.on(before));
        assertMatches(kernel.state(), state, unmanaged, orphans);

        destroy(kernel);
        assertThat(kernel.state()).isEqualTo(unmanaged);
    }

    @Property(tries = 50)
    void anotherRunContinuesOneThatWasKilledAtAnyWrite(@ForAll Random random) throws BackendException {
        RandomState from = new RandomState(random);
        RandomState to = new RandomState(random);
        FakeKernel whole = hostWithUnmanagedObjects();
        converge(whole, from, whole.state());
        int before = whole.writes();
        converge(whole, to.on(whole.state()));
        int writes = whole.writes() - before;
        for (int write = 1; write <= writes; write++) {
            for (Death death : Death.values()) {
                FakeKernel kernel = hostWithUnmanagedObjects();
                ObservedState unmanaged = kernel.state();
                converge(kernel, from.on(kernel.state()));
                death.at(kernel, write);
                runUntilDeath(kernel, to.on(kernel.state()));
                converge(kernel, to, unmanaged);
                converge(kernel, NOTHING);
                assertThat(kernel.state()).isEqualTo(unmanaged);
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
            backend.execute(Planner.plan(desired, kernel.state(), Set.of()).operations());
        } catch (SimulatedCrash expected) {
            assertThat(expected).hasMessageContaining("write");
        }
    }

    private static void converge(FakeKernel kernel, RandomState desired, ObservedState unmanaged)
            throws BackendException {
        DesiredState state = converge(kernel, desired.on(kernel.state()));
        assertMatches(kernel.state(), state, unmanaged, Set.of());
    }

    /** Executes one plan, after which the next must be empty. */
    private static DesiredState converge(FakeKernel kernel, DesiredState desired) throws BackendException {
        try (Backend backend = kernel.backend()) {
            Plan plan = Planner.plan(desired, backend.observe(), Set.of());
            assertThat(plan.conflicts()).isEmpty();
            assertThat(backend.execute(plan.operations())).allMatch(outcome -> outcome.status() == Outcome.Status.DONE);
            assertThat(Planner.plan(desired, backend.observe(), Set.of()).changes())
                    .isEmpty();
        }
        return desired;
    }

    private static void destroy(FakeKernel kernel) throws BackendException {
        Set<FouListener> claimed =
                RandomState.PORTS.stream().map(FouListener::onPort).collect(Collectors.toSet());
        try (Backend backend = kernel.backend()) {
            backend.execute(Planner.plan(NOTHING, backend.observe(), claimed).operations());
        }
    }

    /** Asserts that the host has what is desired, what ipipou does not manage, and nothing else. */
    private static void assertMatches(
            ObservedState host, DesiredState desired, ObservedState unmanaged, Set<FouListener> orphans) {
        assertThat(host.links().values())
                .containsExactlyInAnyOrderElementsOf(
                        union(desired.links().values(), unmanaged.links().values()));
        Set<FouListener> listeners = union(desired.listeners(), unmanaged.listeners());
        assertThat(host.listeners())
                .containsAll(listeners)
                .allMatch(listener -> listeners.contains(listener) || orphans.contains(listener));
        assertThat(withoutLabels(host.addresses()))
                .containsExactlyInAnyOrderElementsOf(union(desired.addresses(), withoutLabels(unmanaged.addresses())));
        assertThat(oldest(host.addresses())).containsAllEntriesOf(oldest(desired.addresses()));
        assertThat(withoutKernels(host.routes()))
                .isEqualTo(union(desired.routes(), withoutKernels(unmanaged.routes())));
        assertThat(host.table()).isEqualTo(desired.table());
        assertThat(timeless(host.elements())).isEqualTo(timeless(desired.elements()));
    }

    /** The kernel makes a route for each address. */
    private static Set<Route> withoutKernels(Set<Route> routes) {
        return routes.stream()
                .filter(route -> route.protocol() != RTPROT_KERNEL)
                .collect(Collectors.toSet());
    }

    /** The address of each link but lo that the kernel prefers. */
    private static Map<LinkName, Ipv4> oldest(Collection<LinkAddress> addresses) {
        Map<LinkName, Ipv4> oldest = new HashMap<>();
        addresses.stream()
                .filter(address -> !address.isAlias())
                .forEach(address -> oldest.putIfAbsent(address.link(), address.address()));
        return oldest;
    }

    private static <T> Set<T> union(Collection<? extends T> some, Collection<? extends T> more) {
        Set<T> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    /** A link that is renamed keeps the labels of its addresses, which mean nothing. */
    private static Set<LinkAddress> withoutLabels(Collection<LinkAddress> addresses) {
        return addresses.stream().map(ManagedObjects::normalized).collect(Collectors.toSet());
    }

    private static Set<String> timeless(Collection<NftElement> elements) {
        return elements.stream()
                .map(element -> element.id() + " " + element.fields())
                .collect(Collectors.toSet());
    }

    /** Listeners that only a configuration can claim, since nobody sends from their ports any more. */
    private static Set<FouListener> orphans(ObservedState host) {
        Set<Integer> ports = host.links().values().stream()
                .map(link -> link.encap().sourcePort())
                .collect(Collectors.toSet());
        host.elements().stream()
                .filter(element -> element.set().equals("listeners"))
                .forEach(element -> ports.add(element.key().get(1).bits()));
        return host.listeners().stream()
                .filter(listener -> !ports.contains(listener.port()))
                .collect(Collectors.toSet());
    }

    private static ObservedState shuffled(ObservedState state, Random random) {
        List<LinkName> links = new ArrayList<>(
                state.addresses().stream().map(LinkAddress::link).distinct().toList());
        Collections.shuffle(links, random);
        List<LinkAddress> addresses = new ArrayList<>(state.addresses());
        addresses.sort(Comparator.comparing(address -> links.indexOf(address.link())));
        return new ObservedState(
                state.devices(),
                state.links(),
                state.listeners(),
                addresses,
                state.routes(),
                state.udpPorts(),
                state.table(),
                state.elements());
    }

    private static FakeKernel hostWithUnmanagedObjects() {
        FakeKernel kernel = FakeKernel.withDevice(ETH0, LOCAL, 24);
        kernel.addressAdd(new LinkAddress(ETH0, SECOND_LOCAL, SECOND_LOCAL, 24, "eth0"));
        LinkName other = new LinkName("other");
        kernel.linkAdd(RandomState.link(other, "203.0.113.250", 7777, 7777, 1472, 64, new Mark("not ipipou's", 0)));
        kernel.addressAdd(LinkAddress.pointToPoint(other, Ipv4.of("10.250.0.1"), Ipv4.of("10.250.0.2")));
        kernel.fouAdd(FouListener.onPort(7777));
        kernel.routeAdd(
                new Route(Ipv4Prefix.of("10.0.0.0/8"), Optional.of(other), Optional.empty(), 0, Route.PROTOCOL_STATIC));
        return kernel;
    }

    /** Changes managed objects, as a colleague might. */
    private static void damage(FakeKernel kernel, Random random) {
        kernel.state().links().values().stream()
                .filter(link -> link.mark().isManaged())
                .forEach(link -> damage(kernel, link, random));
        if (random.nextInt(3) == 0) {
            kernel.state().listeners().stream()
                    .filter(listener -> listener.port() != 7777)
                    .forEach(kernel::fouDelete);
        }
        kernel.state().table().ifPresent(table -> damage(kernel, table, random));
    }

    private static void damage(FakeKernel kernel, IpipLink link, Random random) {
        LinkName name = link.name();
        switch (random.nextInt(8)) {
            case 0 -> kernel.linkDelete(name);
            case 1 -> kernel.linkDown(name);
            case 2 -> kernel.linkMtu(name, 1300);
            case 3 -> kernel.linkGroup(name, 7);
            case 4 -> kernel.linkRename(name, new LinkName("renamed" + name));
            case 5 -> kernel.addressAdd(LinkAddress.pointToPoint(name, Ipv4.of("10.77.0.1"), Ipv4.of("10.77.0.2")));
            case 6 ->
                kernel.state().addresses().stream()
                        .filter(address -> address.link().equals(name))
                        .findFirst()
                        .ifPresent(kernel::addressDelete);
            default -> {
                // This link stays as it is.
            }
        }
    }

    private static void damage(FakeKernel kernel, NftTable table, Random random) {
        List<NftElement> elements = new ArrayList<>(kernel.state().elements());
        elements.sort((a, b) -> a.toString().compareTo(b.toString()));
        Collections.shuffle(elements, random);
        NftChain chain = table.chains().get(random.nextInt(table.chains().size()));
        switch (random.nextInt(6)) {
            case 0 -> kernel.nftFlush();
            case 1 -> elements.stream().limit(1 + random.nextInt(3)).forEach(kernel::nftElementDelete);
            case 2 ->
                elements.stream()
                        .filter(element -> element.set().equals("listeners"))
                        .findFirst()
                        .ifPresent(kernel::nftElementDelete);
            case 3 -> kernel.nftRuleDelete(table.name(), chain.name(), 0);
            case 4 ->
                kernel.nftRuleInsert(table.name(), chain.name(), 0, new NftRule("", List.of(new NftStatement.Drop())));
            default -> {
                // The table stays as it is.
            }
        }
    }
}
