package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.KernelUnderTest.DEVICE_ADDRESS;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftType;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the backend and others write, the fake kernel never gets into a state that Linux could not be in. */
final class FakeKernelPropertyTest {

    private static final int PROTOCOL_KERNEL = 2;
    private static final LinkName T9 = new LinkName("t9");

    @Property(tries = 300)
    void theStateIsAlwaysConsistent(@ForAll("steps") List<Step> steps) throws BackendException {
        FakeKernel kernel = FakeKernel.withDevice(DEVICE, DEVICE_ADDRESS, 24);
        for (Step step : steps) {
            step.run(kernel);
            ObservedState state = kernel.state();
            assertUnique(state.links().values().stream()
                    .map(link -> link.outer().key())
                    .toList());
            assertUnique(state.listeners().stream().map(FouListener::port).toList());
            assertThat(state.devices().keySet()).containsAll(state.links().keySet());
            for (LinkAddress address : state.addresses()) {
                assertThat(state.devices()).containsKey(address.link());
            }
            for (Route route : state.routes()) {
                assertThat(isUp(state, route.device().orElseThrow())).isTrue();
            }
            assertThat(connectedRoutes(state)).isEqualTo(subnetsOfUpLinks(state));
            for (NftElement element : state.elements()) {
                NftSet set = state.table().orElseThrow().set(element.set()).orElseThrow();
                assertThat(element.key()).extracting(NftValue::type).isEqualTo(set.key());
                assertThat(element.data().map(NftValue::type)).isEqualTo(set.data());
                assertThat(element.timeout()).isNotEqualTo(Optional.of(Duration.ZERO));
            }
        }
    }

    @Property(tries = 300)
    void aTransactionIsCarriedOutCompletelyOrNotAtAll(
            @ForAll("steps") List<Step> before, @ForAll("transactions") List<Operation> operations)
            throws BackendException {
        FakeKernel kernel = FakeKernel.withDevice(DEVICE, DEVICE_ADDRESS, 24);
        for (Step step : before) {
            step.run(kernel);
        }
        ObservedState previous = kernel.state();
        List<Outcome> outcomes = kernel.backend().execute(operations);

        assertThat(outcomes).extracting(Outcome::operation).isEqualTo(operations);
        if (outcomes.stream().anyMatch(outcome -> outcome.status() != Outcome.Status.DONE)) {
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome.status() == Outcome.Status.FAILED)
                    .hasSize(1);
            assertThat(outcomes).noneMatch(outcome -> outcome.status() == Outcome.Status.DONE);
            assertThat(kernel.state()).isEqualTo(previous);
        }
        kernel.passTime(Duration.ofMinutes(1));
        assertThat(kernel.state().elements())
                .allMatch(element -> element.timeout().isEmpty());
    }

    @Property(tries = 300)
    void outcomesMatchTheState(@ForAll("steps") List<Step> before, @ForAll("operations") Operation operation)
            throws BackendException {
        FakeKernel kernel = FakeKernel.withDevice(DEVICE, DEVICE_ADDRESS, 24);
        for (Step step : before) {
            step.run(kernel);
        }
        ObservedState previous = kernel.state();
        Outcome outcome = kernel.backend().execute(List.of(operation)).get(0);
        ObservedState now = kernel.state();

        boolean done = outcome.status() == Outcome.Status.DONE;
        if (!done && operation.verb() != Verb.UPDATE) {
            assertThat(now).isEqualTo(previous);
        }
        // The update of a table applies a difference, so its result is only known if the table was as expected.
        boolean unexpected = operation.verb() == Verb.UPDATE
                && operation.subject() instanceof NftTable
                && !all(previous).contains(operation.before().orElseThrow());
        if (done && !unexpected) {
            assertThat(all(now).contains(withoutTimeout(operation.subject())))
                    .isEqualTo(operation.verb() != Verb.DELETE);
        }
        previous.links().values().stream()
                .filter(link -> !link.mark().isManaged())
                .forEach(unmanaged -> assertThat(now.links()).containsEntry(unmanaged.name(), unmanaged));
    }

    /** An operation, or a change from outside, which may be impossible. */
    record Step(String description, BiConsumer<FakeKernel, Resource> action, Resource on) {
        void run(FakeKernel kernel) {
            try {
                action.accept(kernel, on);
            } catch (IllegalStateException refused) {
                assertThat(refused).hasCauseInstanceOf(KernelRefusal.class);
            }
        }

        @Override
        public String toString() {
            return description + " " + on.id();
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> written = operations()
                .map(operation -> new Step(
                        operation.verb().toString(), (kernel, on) -> execute(kernel, operation), operation.subject()));
        Arbitrary<Step> outside = tunnels()
                .flatMap(tunnel -> Arbitraries.of(
                        new Step("outside: delete", (kernel, on) -> kernel.linkDelete(tunnel.name()), tunnel),
                        new Step("outside: rename to t9", (kernel, on) -> kernel.linkRename(tunnel.name(), T9), tunnel),
                        new Step("outside: up", (kernel, on) -> kernel.linkUp(tunnel.name()), tunnel),
                        new Step("outside: down", (kernel, on) -> kernel.linkDown(tunnel.name()), tunnel),
                        new Step(
                                "outside: take over", (kernel, on) -> kernel.linkAlias(tunnel.name(), "other"), tunnel),
                        new Step("outside: flush", (kernel, on) -> kernel.nftFlush(), tunnel),
                        new Step("time", (kernel, on) -> kernel.passTime(Duration.ofSeconds(15)), tunnel),
                        new Step("outside: add", (kernel, on) -> kernel.linkAdd(tunnel), tunnel)));
        return Arbitraries.frequencyOf(Tuple.of(3, written), Tuple.of(1, outside))
                .list()
                .ofMaxSize(30);
    }

    @Provide
    Arbitrary<Operation> operations() {
        Arbitrary<Operation> links = Combinators.combine(tunnels(), tunnels())
                .flatAs((one, two) -> Arbitraries.of(
                        Operation.create(one),
                        Operation.delete(one),
                        Operation.update(one, SampleLinks.with(SampleLinks.with(one, two.outer()), two.mtu()))));
        Arbitrary<Operation> routes = Combinators.combine(names(), names(), numbers())
                .flatAs((one, two, number) -> {
                    Ipv4Prefix network = Ipv4Prefix.of("10." + number + ".0.0/16");
                    return Arbitraries.of(
                            Operation.create(Route.through(one, network)),
                            Operation.delete(Route.through(one, network)),
                            Operation.update(Route.through(one, network), Route.through(two, network)));
                });
        Arbitrary<Resource> others = Arbitraries.oneOf(
                numbers().map(number -> FouListener.onPort(10000 + number)),
                Combinators.combine(names(), numbers()).as(SampleLinks::innerAddress));
        Arbitrary<Operation> nft =
                transactions().filter(operations -> !operations.isEmpty()).map(operations -> operations.get(0));
        return Arbitraries.oneOf(
                links,
                routes,
                nft,
                others.flatMap(other -> Arbitraries.of(Operation.create(other), Operation.delete(other))));
    }

    /** Transactions on one table in three forms; two of them have the set {@code endpoints}, one with timeouts. */
    @Provide
    Arbitrary<List<Operation>> transactions() {
        NftTable gate = SampleTable.gate();
        NftTable other = SampleTable.replaceChain(gate, SampleTable.base(NftChain.Hook.OUTPUT));
        NftSet addresses = NftSet.set("endpoints", NftType.IPV4_ADDR);
        NftTable small = new NftTable(gate.name(), List.of(addresses), List.of());
        Arbitrary<NftTable> tables = Arbitraries.of(gate, other, small);
        Arbitrary<NftElement> endpoints = Combinators.combine(numbers(), numbers())
                .as((number, data) -> SampleTable.endpoint(number).withData(SampleTable.alias(data)));
        Arbitrary<NftElement> elements = Arbitraries.oneOf(
                endpoints,
                endpoints.map(it -> it.withTimeout(Optional.of(Duration.ofSeconds(30)))),
                numbers().map(number -> SampleTable.element("endpoints", SampleTable.alias(number))));
        Arbitrary<Operation> onTables = Combinators.combine(tables, tables)
                .flatAs((one, two) ->
                        Arbitraries.of(Operation.create(one), Operation.delete(one), Operation.update(one, two)));
        Arbitrary<Operation> onElements = Combinators.combine(elements, endpoints)
                .flatAs((one, two) -> Arbitraries.of(
                        Operation.create(one), Operation.delete(one), Operation.update(one, one.withData(alias(two)))));
        return Arbitraries.oneOf(onTables, onElements).list().ofMaxSize(5);
    }

    private static NftValue alias(NftElement endpoint) {
        return endpoint.data().orElseThrow();
    }

    private static Arbitrary<IpipLink> tunnels() {
        return Combinators.combine(names(), numbers(), Arbitraries.of(true, false))
                .as((name, number, up) ->
                        up ? SampleLinks.tunnel(name, number) : SampleLinks.down(SampleLinks.tunnel(name, number)));
    }

    private static Arbitrary<LinkName> names() {
        return numbers().map(number -> new LinkName("t" + number));
    }

    private static Arbitrary<Integer> numbers() {
        return Arbitraries.integers().between(0, 2);
    }

    private static void execute(FakeKernel kernel, Operation operation) {
        try {
            assertThat(kernel.backend().execute(List.of(operation))).hasSize(1);
        } catch (BackendException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Resource withoutTimeout(Resource resource) {
        return resource instanceof NftElement element ? element.withTimeout(Optional.empty()) : resource;
    }

    private static Set<Resource> all(ObservedState state) {
        Set<Resource> all = new HashSet<>(state.links().values());
        all.addAll(state.listeners());
        all.addAll(state.addresses());
        all.addAll(state.routes());
        state.table().ifPresent(all::add);
        state.elements().forEach(element -> all.add(element.withTimeout(Optional.empty())));
        return all;
    }

    private static boolean isUp(ObservedState state, LinkName name) {
        IpipLink link = state.links().get(name);
        return link == null ? name.equals(DEVICE) : link.up();
    }

    private static Set<Route> connectedRoutes(ObservedState state) {
        return state.routes().stream()
                .filter(route -> route.protocol() == PROTOCOL_KERNEL)
                .collect(toSet());
    }

    private static Set<Route> subnetsOfUpLinks(ObservedState state) {
        return state.addresses().stream()
                .filter(address -> isUp(state, address.link()))
                .map(address -> new Route(
                        Ipv4Prefix.containing(address.peer(), address.prefixLength()),
                        Optional.of(address.link()),
                        Optional.empty(),
                        0,
                        PROTOCOL_KERNEL))
                .collect(toSet());
    }

    private static void assertUnique(Collection<?> values) {
        assertThat(new HashSet<>(values)).hasSameSizeAs(values);
    }
}
