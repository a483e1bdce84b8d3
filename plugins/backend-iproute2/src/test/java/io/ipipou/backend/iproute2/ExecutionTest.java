package io.ipipou.backend.iproute2;

import static io.ipipou.backend.iproute2.Samples.address;
import static io.ipipou.backend.iproute2.Samples.boundTo;
import static io.ipipou.backend.iproute2.Samples.dump;
import static io.ipipou.backend.iproute2.Samples.link;
import static io.ipipou.backend.iproute2.Samples.state;
import static io.ipipou.spi.plan.Outcome.Status.DONE;
import static io.ipipou.spi.plan.Outcome.Status.FAILED;
import static io.ipipou.spi.plan.Outcome.Status.NOT_ATTEMPTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Mark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing: which processes, and what becomes of their answers. */
final class ExecutionTest {

    private static final List<IpipLink> TEN = links(10);

    private final FakeIp fake;

    ExecutionTest(@TempDir Path directory) throws IOException {
        this.fake = new FakeIp(directory);
    }

    private static List<IpipLink> links(int count) {
        return IntStream.range(0, count).mapToObj(Samples::link).toList();
    }

    private static List<Operation> creations(int count) {
        return links(count).stream().map(Operation::create).toList();
    }

    private static List<Operation> deletions(List<IpipLink> links) {
        return links.stream().map(Operation::delete).toList();
    }

    private List<Outcome> execute(List<Operation> operations) throws BackendException {
        try (Iproute2Backend backend = fake.backend()) {
            return backend.execute(operations);
        }
    }

    private List<Outcome.Status> statuses(List<Operation> operations) throws BackendException {
        List<Outcome> outcomes = execute(operations);
        assertThat(outcomes.stream().map(Outcome::operation)).isEqualTo(operations);
        return outcomes.stream().map(Outcome::status).toList();
    }

    @Test
    void creationsTakeOneProcessWhateverTheirNumber() throws Exception {
        fake.obeys();
        assertThat(statuses(creations(1000))).hasSize(1000).containsOnly(DONE);
        assertThat(fake.launches()).isEqualTo(1);
        assertThat(fake.input(0)).hasSize(3000);
    }

    @Test
    void nothingToDoTakesNone() throws Exception {
        assertThat(execute(List.of())).isEmpty();
        fake.shows(FakeIp.NOTHING);
        assertThat(statuses(deletions(TEN))).hasSize(10).containsOnly(DONE);
        assertThat(fake.launches()).isEqualTo(1);
    }

    @Test
    void aFailedLineIsTheFailureOfItsOperation() throws Exception {
        fake.fails(5, "RTNETLINK answers: File exists");
        List<Outcome> outcomes = execute(creations(3));

        assertThat(outcomes).extracting(Outcome::status).containsExactly(DONE, FAILED, NOT_ATTEMPTED);
        Refusal refusal = outcomes.get(1).refusal().orElseThrow();
        assertThat(refusal.errno()).isEqualTo("EEXIST");
        assertThat(refusal.message())
                .startsWith("File exists (ip -batch, line 5: link set dev 't1' addrgenmode none alias 'ipipou:t1'");
    }

    @Test
    void lackOfPrivilegeIsSeenBeforeAnythingIsStarted() throws Exception {
        try (Iproute2Backend backend = fake.backendWithoutPrivilege()) {
            List<Outcome> outcomes = backend.execute(creations(2));

            assertThat(outcomes).extracting(Outcome::status).containsExactly(FAILED, NOT_ATTEMPTED);
            assertThat(outcomes.get(0).refusal().orElseThrow().errno()).isEqualTo(Refusal.EPERM);
            assertThat(backend.execute(List.of())).isEmpty();
        }
        assertThat(fake.launches()).isZero();
    }

    /** As in a user namespace that does not own the network namespace. */
    @Test
    void whatTheKernelDoesNotPermitIsToldAsSuch() throws Exception {
        fake.fails(1, "RTNETLINK answers: Operation not permitted");
        assertThat(execute(creations(2)).get(0).refusal().orElseThrow().errno()).isEqualTo(Refusal.EPERM);
    }

    @Test
    void privilegeIsReadFromTheEffectiveSet() {
        assertThat(Privilege.isIn("CapPrm:\tffffffffffffffff\nCapEff:\t0000000000001000\n"))
                .isTrue();
        assertThat(Privilege.isIn("CapPrm:\tffffffffffffffff\nCapEff:\tffffffffffffefff\n"))
                .isFalse();
        assertThat(Privilege.isIn("")).isFalse();
    }

    @Test
    void aFailureThatCannotBePlacedIsAnError() throws Exception {
        for (String said : List.of("", "Segmentation fault", "x\nCommand failed -:99\n", "Command failed -:0\n")) {
            fake.replies(1, "", said);
            assertThatExceptionOfType(BackendException.class).isThrownBy(() -> execute(creations(2)));
        }
    }

    @Test
    void whatCannotBeSaidFailsAndWhatComesBeforeIsDone() throws Exception {
        fake.obeys();
        IpipLink odd = Samples.link("a#b", 1, Optional.empty());
        assertThat(statuses(List.of(Operation.create(link(0)), Operation.create(odd), Operation.create(link(2)))))
                .containsExactly(DONE, FAILED, NOT_ATTEMPTED);
        assertThat(fake.input(0)).hasSize(3);
    }

    @Test
    void theTunnelWhoseDeviceIsGoneIsTheOneThatFailed() throws Exception {
        fake.replies(255, "", "Cannot find device \"eth9\"\n").shows(state(List.of(boundTo("eth9", 0), link(1))));
        List<Operation> operations = Stream.of(boundTo("eth9", 0), link(1), boundTo("eth9", 2), link(3))
                .map(Operation::create)
                .toList();
        List<Outcome> outcomes = execute(operations);

        assertThat(outcomes).extracting(Outcome::status).containsExactly(DONE, DONE, FAILED, NOT_ATTEMPTED);
        assertThat(outcomes.get(2).refusal().orElseThrow().errno()).isEqualTo("ENODEV");
    }

    @Test
    void aDeletionThatAnotherForestalledIsDoneAndTheRestGoesOn() throws Exception {
        fake.shows(state(links(3)))
                .fails(2, "Cannot find device \"t1\"")
                .shows(state(List.of(link(2))))
                .obeys();
        assertThat(statuses(deletions(links(3)))).containsExactly(DONE, DONE, DONE);
        assertThat(fake.input(3)).containsExactly("link del dev 't2'");
    }

    @Test
    void aDeletionThatFailsIsAFailureWhenTheObjectStands() throws Exception {
        fake.shows(state(links(3)))
                .fails(2, "RTNETLINK answers: Operation not supported")
                .shows(state(links(3)));
        assertThat(statuses(deletions(links(3)))).containsExactly(DONE, FAILED, NOT_ATTEMPTED);
    }

    @Test
    void whatGoesWithItsLinkIsNotDeletedTwice() throws Exception {
        fake.shows(state(links(1)).replace("\"addr_info\":[]", """
                "addr_info":[{"family":"inet","local":"172.28.0.0","address":"172.28.0.1","prefixlen":32}]""")).obeys();
        assertThat(statuses(List.of(Operation.delete(link(0)), Operation.delete(address(0)))))
                .containsExactly(DONE, DONE);
        assertThat(fake.input(1)).containsExactly("link del dev 't0'");
    }

    @Test
    void aHostThatKeepsChangingIsAnErrorBeforeTheEighthProcess() throws Exception {
        for (int i = 0; i < 8; i++) {
            fake.shows(state(links(7).subList(i, 7))).fails(1, "Cannot find device");
        }
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> execute(deletions(links(7))));
        assertThat(fake.launches()).isEqualTo(6);
    }

    @Test
    void allOfAGroupGoesAtOnce() throws Exception {
        fake.shows(state(TEN)).obeys();
        List<Operation> operations = new ArrayList<>(deletions(TEN));
        operations.add(Operation.create(link(11)));
        assertThat(statuses(operations)).hasSize(11).containsOnly(DONE);
        assertThat(fake.input(1)).hasSize(4).startsWith("link del group '" + Mark.GROUP + "'");
    }

    @Test
    void someOfAGroupAreBroughtIntoAnotherFirst() throws Exception {
        fake.shows(state(links(11))).shows(dump(TEN)).obeys();
        assertThat(statuses(deletions(TEN))).hasSize(10).containsOnly(DONE);
        assertThat(fake.input(1))
                .hasSize(11)
                .startsWith("link set dev 't0' alias 'ipipou:t0' group '26993'")
                .endsWith("link show group '26993'");
        assertThat(fake.input(2)).containsExactly("link del group '26993'");
        assertThat(fake.launches()).isEqualTo(3);
    }

    @Test
    void aLinkMadeBeforeIsNotTakenAlongWithItsGroup() throws Exception {
        fake.shows(state(TEN)).shows(dump(TEN)).obeys();
        List<Operation> operations = new ArrayList<>(List.of(Operation.create(link(11))));
        operations.addAll(deletions(TEN));
        assertThat(statuses(operations)).hasSize(11).containsOnly(DONE);
        assertThat(fake.input(1)).contains("link show group '26993'");
    }

    @Test
    void aStrangerInTheGroupStopsIt() throws Exception {
        List<IpipLink> withStranger = new ArrayList<>(TEN);
        withStranger.add(Samples.link("theirs", 20, Optional.empty()));
        for (String shown :
                List.of(dump(withStranger), dump(links(9)), dump(TEN).replace("ipipou:t5", "mine now"), "", "[{}]")) {
            fake.shows(state(links(11))).shows(shown);
            assertThatExceptionOfType(BackendException.class).isThrownBy(() -> execute(deletions(TEN)));
        }
        assertThat(fake.launches()).isEqualTo(10);
    }

    @Test
    void aGroupThatCannotBeDeletedFailsForThoseThatStand() throws Exception {
        fake.shows(state(TEN))
                .fails(1, "RTNETLINK answers: Operation not supported")
                .shows(state(List.of(link(3))));
        List<Outcome.Status> statuses = statuses(deletions(TEN));
        assertThat(statuses.get(3)).isEqualTo(FAILED);
        assertThat(statuses).filteredOn(status -> status == DONE).hasSize(9);
    }
}
