package io.ipipou.backend.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.ScriptedKernel;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Outcome.Status;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.testkit.SampleTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Cases that a real kernel does not produce on demand; the conformance suite covers the others. */
class NftablesTest {

    private static final NftTable GATE = SampleTable.gate();
    private static final NftElement ENDPOINT = SampleTable.endpoint(0);
    private static final int BATCH_BEGIN = 16;
    private static final int BATCH_END = 17;
    private static final int BEGIN = -1;

    private final ScriptedKernel socket = new ScriptedKernel();
    private final Nftables nftables = new Nftables(Optional.of(new NetlinkConnection(socket)), "ipipou");

    /** The refusals of each batch, by index of the write; none for success. */
    private final Deque<Map<Integer, Errno>> refusals = new ArrayDeque<>();

    private final List<List<NetlinkMessage>> batches = new ArrayList<>();
    private final Deque<Integer> generations = new ArrayDeque<>();
    private boolean tableExists = true;
    private Optional<Errno> getError = Optional.empty();

    NftablesTest() {
        for (int i = 0; i < 200; i++) {
            socket.onSend((kernel, sent) -> handle(sent));
        }
    }

    private void handle(List<NetlinkMessage> sent) {
        NetlinkMessage first = sent.get(0);
        if (first.type() == BATCH_BEGIN) {
            batches.add(sent);
            handleBatch(sent, refusals.isEmpty() ? Map.of() : refusals.remove());
        } else if (getError.isPresent()) {
            ack(first, getError.get());
        } else if (first.type() == Nft.GETGEN) {
            int generation = generations.size() > 1 ? generations.remove() : generations.getFirst();
            reply(first, writer -> writer.u32(0).u32be(1, generation));
        } else if (first.type() == Nft.GETTABLE && tableExists) {
            reply(first, new TableMessage("ipipou", 0));
        } else if (first.type() == Nft.GETTABLE) {
            ack(first, Errno.ENOENT);
        } else {
            socket.deliver(writer -> writer.message(Nlmsg.NLMSG_DONE, 0, first.sequence(), body -> body.u32(0)));
        }
    }

    private void handleBatch(List<NetlinkMessage> sent, Map<Integer, Errno> refused) {
        if (refused.containsKey(BEGIN)) {
            ack(sent.get(0), refused.get(BEGIN));
            return;
        }
        for (int i = 0; i < sent.size() - 2; i++) {
            NetlinkMessage write = sent.get(i + 1);
            if (refused.containsKey(i)) {
                ack(write, refused.get(i));
            } else if (write.has(Nlmsg.NLM_F_ACK)) {
                ack(write, new Ack(0, ""));
            }
        }
    }

    private void reply(NetlinkMessage request, MessageBody body) {
        socket.deliver(writer -> writer.message(request.type(), 0, request.sequence(), body));
    }

    private void ack(NetlinkMessage request, Errno errno) {
        ack(request, new Ack(errno.number(), ""));
    }

    private void ack(NetlinkMessage request, Ack ack) {
        socket.acknowledge(request, ack);
    }

    private List<Status> execute(Operation... operations) throws BackendException {
        return nftables.execute(List.of(operations)).stream()
                .map(Outcome::status)
                .toList();
    }

    private List<Integer> types(int batch) {
        return batches.get(batch).stream().map(NetlinkMessage::type).toList();
    }

    @Test
    void tableThatChangesDuringTheReadIsReadAgain() throws BackendException {
        generations.addAll(List.of(1, 2, 2, 2));
        assertThat(nftables.observe().table()).contains(new NftTable("ipipou", List.of(), List.of()));
        assertThat(socket.sent().stream().filter(sent -> sent.get(0).type() == Nft.GETTABLE))
                .hasSize(2);

        generations.addAll(IntStream.range(3, 20).boxed().toList());
        assertThatThrownBy(nftables::observe)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("changed during each of 5 attempts to read the table ipipou");
    }

    @Test
    void kernelWithoutNftablesHasNoTable() throws BackendException {
        getError = Optional.of(Errno.EINVAL);
        assertThat(nftables.observe().table()).isEmpty();
        assertThat(nftables.counters()).isEmpty();
        assertThat(nftables.execute(List.of(Operation.update(GATE, GATE)))
                        .get(0)
                        .refusal()
                        .orElseThrow()
                        .message())
                .contains("modprobe nf_tables");

        refusals.add(Map.of(BEGIN, Errno.EOPNOTSUPP));
        Outcome outcome = nftables.execute(List.of(Operation.create(GATE))).get(0);
        assertThat(outcome.refusal().orElseThrow().message()).contains("modprobe nf_tables");
    }

    @Test
    void missingNetfilterIsReportedBeforeExecution() throws BackendException {
        Nftables none = new Nftables(Optional.empty(), "ipipou");

        assertThat(none.observe().table()).isEmpty();
        assertThat(none.counters()).isEmpty();
        assertThat(none.validate(Operation.create(GATE)))
                .hasValueSatisfying(text -> assertThat(text).contains("modprobe nf_tables"));
        assertThat(none.execute(List.of(Operation.create(GATE), Operation.create(ENDPOINT))))
                .extracting(Outcome::status)
                .containsExactly(Status.FAILED, Status.NOT_ATTEMPTED);
    }

    @Test
    void otherReadErrorsAreExceptions() {
        getError = Optional.of(Errno.EPERM);
        assertThatThrownBy(nftables::observe)
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .matches(BackendException::isPermissionDenied);
    }

    @Test
    void operationsAreOneBatch() throws BackendException {
        assertThat(execute(
                        Operation.delete(GATE),
                        Operation.create(new NftTable("ipipou", List.of(), List.of())),
                        Operation.create(ENDPOINT),
                        Operation.update(ENDPOINT, ENDPOINT),
                        Operation.delete(ENDPOINT)))
                .containsOnly(Status.DONE);

        assertThat(types(0))
                .containsExactly(
                        BATCH_BEGIN,
                        Nft.DELTABLE,
                        Nft.NEWTABLE,
                        Nft.NEWSETELEM,
                        Nft.DELSETELEM,
                        Nft.NEWSETELEM,
                        Nft.DELSETELEM,
                        BATCH_END);
        assertThat(batches).hasSize(1);
    }

    /** The kernel reports them all at once. */
    @Test
    void missingObjectsAreLeftOutOfTheNextAttempt() throws BackendException {
        refusals.add(Map.of(1, Errno.ENOENT, 2, Errno.ENOENT, 4, Errno.ENOENT));

        assertThat(execute(
                        Operation.create(SampleTable.endpoint(1)),
                        Operation.delete(ENDPOINT),
                        Operation.update(SampleTable.endpoint(2), SampleTable.endpoint(2)),
                        Operation.delete(GATE)))
                .containsOnly(Status.DONE);
        assertThat(types(1)).containsExactly(BATCH_BEGIN, Nft.NEWSETELEM, Nft.NEWSETELEM, BATCH_END);
    }

    @Test
    void nothingIsSentIfAllObjectsAreMissing() throws BackendException {
        refusals.add(Map.of(0, Errno.ENOENT));

        assertThat(execute(Operation.delete(ENDPOINT))).containsExactly(Status.DONE);
        assertThat(batches).hasSize(1);
    }

    @Test
    void firstRefusalIsReported() throws BackendException {
        refusals.add(Map.of(1, Errno.EEXIST, 2, Errno.ENOENT));

        List<Outcome> outcomes = nftables.execute(List.of(
                Operation.create(ENDPOINT),
                Operation.create(SampleTable.endpoint(1)),
                Operation.delete(SampleTable.endpoint(2))));
        assertThat(outcomes)
                .extracting(Outcome::status)
                .containsExactly(Status.NOT_ATTEMPTED, Status.FAILED, Status.NOT_ATTEMPTED);
        assertThat(outcomes.get(1).refusal().orElseThrow().errno()).isEqualTo("EEXIST");
    }

    @Test
    void refusedRuleIsNamed() throws BackendException {
        long before = TableChanges.creation(0, GATE).stream()
                .filter(change -> change.request().type() != Nft.NEWRULE)
                .count();
        refusals.add(Map.of((int) before + 2, Errno.ENOENT));

        Outcome outcome = nftables.execute(List.of(Operation.create(GATE))).get(0);
        assertThat(outcome.refusal().orElseThrow().message())
                .startsWith("chain candidates, rule 'counter queue num 0 comment \"to the agent\"': No such object")
                .contains("nft_queue");
    }

    @Test
    void updateIsBasedOnTheGenerationThatWasRead() throws BackendException {
        generations.addAll(List.of(7, 7, 8, 8));
        refusals.add(Map.of(BEGIN, Errno.ERESTART));

        assertThat(execute(Operation.update(GATE, GATE))).containsExactly(Status.DONE);
        assertThat(batches).hasSize(2);
        assertThat(generation(batches.get(0))).isEqualTo(7);
        assertThat(generation(batches.get(1))).isEqualTo(8);
        assertThat(types(1)).startsWith(BATCH_BEGIN, Nft.DELRULE, Nft.NEWSET);
    }

    private static int generation(List<NetlinkMessage> batch) {
        try {
            return batch.get(0).payload().attributes(4).u32be(1, 0);
        } catch (CodecException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void updateFailsIfOthersAlwaysChangeTheTable() {
        generations.add(7);
        IntStream.range(0, 5).forEach(i -> refusals.add(Map.of(BEGIN, Errno.ERESTART)));

        assertThatThrownBy(() -> execute(Operation.update(GATE, GATE)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("changed during each of 5 attempts to write the table ipipou");
    }

    @Test
    void missingTableIsNotUpdated() throws BackendException {
        generations.add(7);
        tableExists = false;

        assertThat(execute(Operation.create(ENDPOINT), Operation.update(GATE, GATE)))
                .containsExactly(Status.NOT_ATTEMPTED, Status.FAILED);
        assertThat(batches).isEmpty();
    }

    @Test
    void missingPrivilegeIsAnException() {
        refusals.add(Map.of(BEGIN, Errno.EPERM));

        assertThatThrownBy(() -> execute(Operation.create(GATE)))
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .matches(BackendException::isPermissionDenied);
    }

    @Test
    void otherTablesAreRefused() throws BackendException {
        NftTable other = new NftTable("other", List.of(), List.of());

        assertThat(nftables.validate(Operation.delete(other))).isPresent();
        assertThat(nftables.validate(Operation.create(
                        NftElement.of("other", "s", ENDPOINT.key().get(0)))))
                .isPresent();
        assertThat(execute(Operation.create(ENDPOINT), Operation.delete(other)))
                .containsExactly(Status.NOT_ATTEMPTED, Status.FAILED);
        assertThat(batches).isEmpty();
    }
}
