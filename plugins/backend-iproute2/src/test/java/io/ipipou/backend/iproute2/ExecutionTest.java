package io.ipipou.backend.iproute2;

import static io.ipipou.spi.plan.Outcome.Status.DONE;
import static io.ipipou.spi.plan.Outcome.Status.FAILED;
import static io.ipipou.spi.plan.Outcome.Status.NOT_ATTEMPTED;
import static io.ipipou.testkit.SampleLinks.boundTo;
import static io.ipipou.testkit.SampleLinks.innerAddress;
import static io.ipipou.testkit.SampleLinks.tunnel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.testkit.SampleLinks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which processes a write takes, and how their results become outcomes. */
final class ExecutionTest {

    private static final List<IpipLink> TEN = links(10);

    private final FakeTool fake;

    ExecutionTest(@TempDir Path directory) throws IOException {
        this.fake = new FakeTool(directory);
    }

    private static List<IpipLink> links(int count) {
        return IntStream.range(0, count).mapToObj(SampleLinks::tunnel).toList();
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
    void anyNumberOfCreationsTakesOneProcess() throws Exception {
        fake.succeeds();
        assertThat(statuses(creations(1000))).hasSize(1000).containsOnly(DONE);
        assertThat(fake.launches()).isEqualTo(1);
        assertThat(fake.input(0)).hasSize(3000);
    }

    @Test
    void nothingToDoTakesNoWritingProcess() throws Exception {
        assertThat(execute(List.of())).isEmpty();
        fake.prints(FakeTool.NOTHING);
        assertThat(statuses(deletions(TEN))).hasSize(10).containsOnly(DONE);
        assertThat(fake.launches()).isEqualTo(1);
    }

    @Test
    void aFailedLineFailsItsOperation() throws Exception {
        fake.fails(5, "RTNETLINK answers: File exists");
        List<Outcome> outcomes = execute(creations(3));

        assertThat(outcomes).extracting(Outcome::status).containsExactly(DONE, FAILED, NOT_ATTEMPTED);
        Refusal refusal = outcomes.get(1).refusal().orElseThrow();
        assertThat(refusal.errno()).isEqualTo("EEXIST");
        assertThat(refusal.message())
                .startsWith("File exists (ip -batch, line 5: link set dev 't1' addrgenmode none alias 'ipipou:t1'");
    }

    @Test
    void missingPrivilegeIsFoundBeforeAnyProcessIsStarted() throws Exception {
        try (Iproute2Backend backend = fake.backendWithoutPrivilege()) {
            List<Outcome> outcomes = backend.execute(creations(2));

            assertThat(outcomes).extracting(Outcome::status).containsExactly(FAILED, NOT_ATTEMPTED);
            assertThat(outcomes.get(0).refusal().orElseThrow().errno()).isEqualTo("EPERM");
            assertThat(backend.execute(List.of())).isEmpty();
        }
        assertThat(fake.launches()).isZero();
    }

    /** As in a user namespace that does not own the network namespace. */
    @Test
    void permissionDeniedByTheKernelIsReportedAsEperm() throws Exception {
        fake.fails(1, "RTNETLINK answers: Operation not permitted");
        assertThat(execute(creations(2)).get(0).refusal().orElseThrow().errno()).isEqualTo("EPERM");
    }

    @Test
    void privilegeIsReadFromTheEffectiveCapabilities() {
        assertThat(Privilege.isInEffectiveSet("CapPrm:\tffffffffffffffff\nCapEff:\t0000000000001000\n"))
                .isTrue();
        assertThat(Privilege.isInEffectiveSet("CapPrm:\tffffffffffffffff\nCapEff:\tffffffffffffefff\n"))
                .isFalse();
        assertThat(Privilege.isInEffectiveSet("")).isFalse();
    }

    @Test
    void aFailureOfAnUnknownLineIsAnError() throws Exception {
        for (String message : List.of("", "Segmentation fault", "x\nCommand failed -:99\n", "Command failed -:0\n")) {
            fake.replies(1, "", message);
            assertThatExceptionOfType(BackendException.class).isThrownBy(() -> execute(creations(2)));
        }
    }

    @Test
    void anInexpressibleOperationFailsAfterThoseBeforeItAreDone() throws Exception {
        fake.succeeds();
        IpipLink unquotable = tunnel(new LinkName("a#b"), 1);
        assertThat(statuses(List.of(
                        Operation.create(tunnel(0)), Operation.create(unquotable), Operation.create(tunnel(2)))))
                .containsExactly(DONE, FAILED, NOT_ATTEMPTED);
        assertThat(fake.input(0)).hasSize(3);
    }

    @Test
    void aMissingDeviceFailsTheFirstTunnelBoundToIt() throws Exception {
        fake.replies(255, "", "Cannot find device \"eth9\"\n")
                .prints(IpJson.state(List.of(boundTo(tunnel(0), new LinkName("eth9")), tunnel(1))));
        List<Operation> operations = Stream.of(
                        boundTo(tunnel(0), new LinkName("eth9")),
                        tunnel(1),
                        boundTo(tunnel(2), new LinkName("eth9")),
                        tunnel(3))
                .map(Operation::create)
                .toList();
        List<Outcome> outcomes = execute(operations);

        assertThat(outcomes).extracting(Outcome::status).containsExactly(DONE, DONE, FAILED, NOT_ATTEMPTED);
        assertThat(outcomes.get(2).refusal().orElseThrow().errno()).isEqualTo("ENODEV");
    }

    @Test
    void aFailedDeletionOfAMissingLinkIsDoneAndTheRestContinues() throws Exception {
        fake.prints(IpJson.state(links(3)))
                .fails(2, "Cannot find device \"t1\"")
                .prints(IpJson.state(List.of(tunnel(2))))
                .succeeds();
        assertThat(statuses(deletions(links(3)))).containsExactly(DONE, DONE, DONE);
        assertThat(fake.input(3)).containsExactly("link del dev 't2'");
    }

    @Test
    void aFailedDeletionOfAnExistingLinkFails() throws Exception {
        fake.prints(IpJson.state(links(3)))
                .fails(2, "RTNETLINK answers: Operation not supported")
                .prints(IpJson.state(links(3)));
        assertThat(statuses(deletions(links(3)))).containsExactly(DONE, FAILED, NOT_ATTEMPTED);
    }

    @Test
    void anAddressThatGoesWithItsLinkIsNotDeletedSeparately() throws Exception {
        fake.prints(IpJson.state(links(1)).replace("\"addr_info\":[]", """
                "addr_info":[{"family":"inet","local":"172.28.0.0","address":"172.28.0.1","prefixlen":32,"scope":"0"}]""")).succeeds();
        assertThat(statuses(List.of(Operation.delete(tunnel(0)), Operation.delete(innerAddress(0)))))
                .containsExactly(DONE, DONE);
        assertThat(fake.input(1)).containsExactly("link del dev 't0'");
    }

    @Test
    void aStateThatKeepsChangingIsAnErrorAfterSixProcesses() throws Exception {
        for (int i = 0; i < 8; i++) {
            fake.prints(IpJson.state(links(7).subList(i, 7))).fails(1, "Cannot find device");
        }
        assertThatExceptionOfType(BackendException.class).isThrownBy(() -> execute(deletions(links(7))));
        assertThat(fake.launches()).isEqualTo(6);
    }

    @Test
    void aCompleteGroupIsDeletedAtOnce() throws Exception {
        fake.prints(IpJson.state(TEN)).succeeds();
        List<Operation> operations = new ArrayList<>(deletions(TEN));
        operations.add(Operation.create(tunnel(11)));
        assertThat(statuses(operations)).hasSize(11).containsOnly(DONE);
        assertThat(fake.input(1)).hasSize(4).startsWith("link del group '" + Mark.GROUP + "'");
    }

    @Test
    void aPartOfAGroupIsMovedToAnotherGroupFirst() throws Exception {
        fake.prints(IpJson.state(links(11))).prints(IpJson.links(TEN)).succeeds();
        assertThat(statuses(deletions(TEN))).hasSize(10).containsOnly(DONE);
        assertThat(fake.input(1))
                .hasSize(11)
                .startsWith("link set dev 't0' alias 'ipipou:t0' group '26993'")
                .endsWith("link show group '26993'");
        assertThat(fake.input(2)).containsExactly("link del group '26993'");
        assertThat(fake.launches()).isEqualTo(3);
    }

    @Test
    void aLinkCreatedBeforeIsNotDeletedWithItsGroup() throws Exception {
        fake.prints(IpJson.state(TEN)).prints(IpJson.links(TEN)).succeeds();
        List<Operation> operations = new ArrayList<>(List.of(Operation.create(tunnel(11))));
        operations.addAll(deletions(TEN));
        assertThat(statuses(operations)).hasSize(11).containsOnly(DONE);
        assertThat(fake.input(1)).contains("link show group '26993'");
    }

    @Test
    void anUnexpectedGroupMemberPreventsTheDeletion() throws Exception {
        List<IpipLink> withAnother = new ArrayList<>(TEN);
        withAnother.add(tunnel(new LinkName("other"), 20));
        for (String shown : List.of(
                IpJson.links(withAnother),
                IpJson.links(links(9)),
                IpJson.links(TEN).replace("ipipou:t5", "mine now"),
                "",
                "[{}]")) {
            fake.prints(IpJson.state(links(11))).prints(shown);
            assertThatExceptionOfType(BackendException.class).isThrownBy(() -> execute(deletions(TEN)));
        }
        assertThat(fake.launches()).isEqualTo(10);
    }

    @Test
    void aFailedGroupDeletionFailsForTheLinksThatRemain() throws Exception {
        fake.prints(IpJson.state(TEN))
                .fails(1, "RTNETLINK answers: Operation not supported")
                .prints(IpJson.state(List.of(tunnel(3))));
        List<Outcome.Status> statuses = statuses(deletions(TEN));
        assertThat(statuses.get(3)).isEqualTo(FAILED);
        assertThat(statuses).filteredOn(status -> status == DONE).hasSize(9);
    }
}
