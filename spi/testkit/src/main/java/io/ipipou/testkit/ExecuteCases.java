package io.ipipou.testkit;

import static io.ipipou.testkit.SampleLinks.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.ResourceId;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Cases for lists of operations and for the backend as a whole. */
interface ExecuteCases extends Cases {

    /** A kind of object that no backend supports. */
    record Unknown() implements Resource {
        @Override
        public ResourceId id() {
            return new ResourceId("unknown", "x");
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of();
        }

        @Override
        public String summary() {
            return "";
        }
    }

    @Test
    default void executingNoOperationsSucceeds() throws Exception {
        assertThat(host().backend.execute(List.of())).isEmpty();
    }

    @Test
    default void anUnknownKindIsRefusedAtPlanTime() {
        assertThat(host().backend.validate(Operation.create(new Unknown()))).isPresent();
        assertThat(host().backend.validate(Operation.delete(new Unknown()))).isPresent();
    }

    @Test
    default void threeHundredObjectsAreCreatedAndDeletedInOneCall() throws Exception {
        ObservedState before = host().observe();
        List<Resource> objects = IntStream.range(0, 75)
                .boxed()
                .flatMap(ExecuteCases::oneOfEachKind)
                .toList();
        host().execute(Host.creations(objects.stream()));
        ObservedState full = host().observe();
        assertThat(full.links()).hasSize(75);
        assertThat(full.listeners()).hasSize(75);
        assertThat(full.addresses()).hasSize(76);
        assertThat(full.routes())
                .containsAll(objects.stream()
                        .filter(Route.class::isInstance)
                        .map(Route.class::cast)
                        .toList());

        List<Resource> backwards = new ArrayList<>(objects);
        Collections.reverse(backwards);
        host().execute(Host.deletions(backwards.stream()));
        assertThat(host().observe()).isEqualTo(before);
    }

    @Test
    default void aRefusalStopsTheRestAndOutcomesMatchTheState() throws Exception {
        LinkName taken = SampleLinks.tunnel(20).name();
        host().outside.linkAdd(taken, "dummy");
        List<Operation> creations = Host.creations(IntStream.range(0, 40).mapToObj(SampleLinks::tunnel));

        List<Outcome> outcomes = host().backend.execute(creations);

        assertThat(outcomes.stream().map(Outcome::operation)).isEqualTo(creations);
        assertThat(outcomes.subList(0, 20))
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(Outcome.Status.DONE));
        assertThat(outcomes.get(20).status()).isEqualTo(Outcome.Status.FAILED);
        host().assertErrno(outcomes.get(20).refusal().orElseThrow(), "EEXIST");
        assertThat(host().observe().links().values())
                .containsExactlyInAnyOrderElementsOf(outcomes.stream()
                        .filter(outcome -> outcome.status() == Outcome.Status.DONE)
                        .map(outcome -> SampleLinks.tunnel(outcomes.indexOf(outcome)))
                        .toList());
    }

    @Test
    default void aRefusalOfEachKindOfObjectStopsTheRest() throws Exception {
        Route noDevice = Route.through(new LinkName("nosuch"), Ipv4Prefix.of("10.99.0.0/16"));
        host().outside.udpOpen(9999);
        for (Resource impossible : List.of(
                FouListener.onPort(9999),
                SampleLinks.tunnel(KernelUnderTest.DEVICE, 50),
                SampleLinks.innerAddress(new LinkName("nosuch"), 50),
                SampleTable.endpoint(0),
                noDevice)) {
            List<Outcome> outcomes = host().backend
                    .execute(Host.creations(Stream.of(
                            SampleLinks.tunnel(0), impossible, FouListener.onPort(10000), SampleLinks.tunnel(1))));

            assertThat(outcomes.get(0).status()).isEqualTo(Outcome.Status.DONE);
            assertThat(outcomes.get(1).status()).isEqualTo(Outcome.Status.FAILED);
            ObservedState now = host().observe();
            assertThat(now.listeners().contains(FouListener.onPort(10000)))
                    .isEqualTo(outcomes.get(2).status() == Outcome.Status.DONE);
            assertThat(now.links().containsKey(SampleLinks.T1))
                    .isEqualTo(outcomes.get(3).status() == Outcome.Status.DONE);
            host().delete(FouListener.onPort(10000), SampleLinks.tunnel(1), SampleLinks.tunnel(0));
        }
    }

    @Test
    default void anotherBackendReadsWhatOneWrote() throws Exception {
        host().create(
                        SampleLinks.tunnel(0),
                        SampleLinks.innerAddress(0),
                        FouListener.onPort(10000),
                        SampleTable.gate());
        host().create(SampleTable.otherElements().toArray(Resource[]::new));

        try (Backend another = host().kernel.open()) {
            assertThat(another.observe()).isEqualTo(host().observe());
            assertThat(another.execute(List.of(Operation.delete(SampleLinks.tunnel(0)))))
                    .containsExactly(Outcome.done(Operation.delete(SampleLinks.tunnel(0))));
        }
        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void missingPrivilegeIsReportedAsEperm() throws Exception {
        host().create(SampleLinks.tunnel(0));
        ObservedState before = host().observe();
        Stream<Resource> possible = Stream.of(
                FouListener.onPort(10000),
                SampleLinks.tunnel(1),
                SampleLinks.innerAddress(0),
                Route.through(T0, RouteCases.NETWORK),
                SampleTable.gate(),
                SampleTable.endpoint(0));
        List<Operation> creations = Host.creations(possible);
        try {
            host().kernel.withoutPrivilege(backend -> {
                for (Operation creation : creations) {
                    assertThat(isPermissionDenied(backend, creation))
                            .as("%s", creation)
                            .isTrue();
                }
            });
        } catch (BackendException notOpened) {
            assertThat(notOpened.isPermissionDenied()).as("%s", notOpened).isTrue();
        }
        assertThat(host().observe()).isEqualTo(before);
    }

    private static boolean isPermissionDenied(Backend backend, Operation operation) {
        try {
            Optional<Refusal> refusal =
                    backend.execute(List.of(operation)).get(0).refusal();
            return refusal.filter(each -> each.is(Errno.EPERM)).isPresent();
        } catch (BackendException failure) {
            return failure.isPermissionDenied();
        }
    }

    private static Stream<Resource> oneOfEachKind(int number) {
        LinkName name = SampleLinks.tunnel(number).name();
        Ipv4Prefix network = Ipv4Prefix.of("10." + number + ".0.0/16");
        return Stream.of(
                FouListener.onPort(10000 + number),
                SampleLinks.tunnel(number),
                SampleLinks.innerAddress(name, number),
                Route.through(name, network));
    }
}
