package io.ipipou.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A kernel under test with its backend, and the actions that cases repeat. */
final class Host implements AutoCloseable {

    final KernelUnderTest kernel;
    final OutsideChanges outside;
    final Backend backend;

    Host(KernelUnderTest kernel) throws BackendException {
        this.kernel = kernel;
        this.outside = kernel.outsideChanges();
        this.backend = kernel.open();
    }

    ObservedState observe() throws BackendException {
        return backend.observe();
    }

    /** The current state of an IPIP link, which must exist. */
    IpipLink link(LinkName name) throws BackendException {
        return Optional.ofNullable(observe().links().get(name)).orElseThrow();
    }

    /** Executes operations that must be possible and succeed. */
    void execute(List<Operation> operations) throws BackendException {
        for (Operation operation : operations) {
            assertThat(backend.validate(operation)).as("%s", operation).isEmpty();
        }
        List<Outcome> outcomes = backend.execute(operations);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.status() != Outcome.Status.DONE)
                .isEmpty();
        assertThat(outcomes.stream().map(Outcome::operation)).isEqualTo(operations);
    }

    void create(Resource... resources) throws BackendException {
        execute(Arrays.stream(resources).map(Operation::create).toList());
    }

    void update(Resource before, Resource after) throws BackendException {
        execute(List.of(Operation.update(before, after)));
    }

    void delete(Resource... resources) throws BackendException {
        execute(Arrays.stream(resources).map(Operation::delete).toList());
    }

    /** Executes an operation that the kernel or the backend must refuse. */
    Refusal assertRefused(Operation operation) throws BackendException {
        List<Outcome> outcomes = backend.execute(List.of(operation));
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.get(0).operation()).isEqualTo(operation);
        assertThat(outcomes.get(0).status()).isEqualTo(Outcome.Status.FAILED);
        Refusal refusal = outcomes.get(0).refusal().orElseThrow();
        assertThat(refusal.message()).isNotBlank();
        return refusal;
    }

    void assertRefused(Operation operation, String errno) throws BackendException {
        assertErrno(assertRefused(operation), errno);
    }

    void assertErrno(Refusal refusal, String errno) {
        if (kernel.reportsErrno() || !refusal.errno().isEmpty()) {
            assertThat(refusal.errno()).as("%s", refusal).isEqualTo(errno);
        }
    }

    static List<Operation> creations(Stream<? extends Resource> resources) {
        return resources.map(Operation::create).toList();
    }

    static List<Operation> deletions(Stream<? extends Resource> resources) {
        return resources.map(Operation::delete).toList();
    }

    @Override
    public void close() {
        backend.close();
        kernel.close();
    }
}
