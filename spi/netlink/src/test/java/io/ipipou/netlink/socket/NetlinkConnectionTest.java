package io.ipipou.netlink.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.AttributeNames;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class NetlinkConnectionTest {

    private static final int DATA = 16;
    private static final Request GET = Request.dump(18, writer -> writer.u32(0));
    private static final Dump<Integer> NUMBERS =
            new Dump<>("numbers", GET, payload -> payload.u32(0), Set.of(Errno.ENOENT));

    private final ScriptedKernel kernel = new ScriptedKernel();
    private final NetlinkConnection connection = new NetlinkConnection(kernel);

    @Test
    void dumpIsReadToItsEnd() throws BackendException {
        kernel.onSend((k, sent) -> {
            numbers(k, sent, 0, 1, 2, 3);
            numbers(k, sent, 0, 4);
            done(k, sent, 0, Ack.OK);
        });

        assertThat(connection.dump(NUMBERS)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void interruptedDumpIsRetried() throws BackendException {
        kernel.onSend((k, sent) -> {
                    numbers(k, sent, 0, 1);
                    numbers(k, sent, Nlmsg.NLM_F_DUMP_INTR, 2);
                    done(k, sent, 0, Ack.OK);
                })
                .onSend((k, sent) -> {
                    numbers(k, sent, 0, 1);
                    done(k, sent, Nlmsg.NLM_F_DUMP_INTR, Ack.OK);
                })
                .onSend((k, sent) -> {
                    numbers(k, sent, 0, 7);
                    done(k, sent, 0, Ack.OK);
                });

        assertThat(connection.dump(NUMBERS)).containsExactly(7);
    }

    @Test
    void dumpThatIsAlwaysInterruptedIsAnError() {
        for (int attempt = 0; attempt < NetlinkConnection.DUMP_ATTEMPTS; attempt++) {
            kernel.onSend((k, sent) -> done(k, sent, Nlmsg.NLM_F_DUMP_INTR, Ack.OK));
        }

        assertThatThrownBy(() -> connection.dump(NUMBERS))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("numbers changed during each of 5 attempts");
        assertThat(kernel.sent()).hasSize(NetlinkConnection.DUMP_ATTEMPTS);
    }

    /** The rest of a dump must be received before the next can start. */
    @Test
    void dumpWithLossesIsReadToItsEndAndThenRetried() throws BackendException {
        kernel.onSend((k, sent) -> {
                    numbers(k, sent, 0, 1);
                    k.fail(Errno.ENOBUFS);
                    numbers(k, sent, 0, 3);
                    done(k, sent, 0, Ack.OK);
                })
                .onSend((k, sent) -> {
                    numbers(k, sent, 0, 1, 2, 3);
                    done(k, sent, 0, Ack.OK);
                });

        assertThat(connection.dump(NUMBERS)).containsExactly(1, 2, 3);
    }

    @Test
    void dumpThatLosesEverythingIsAnError() {
        kernel.onSend((k, sent) -> IntStream.range(0, 100).forEach(i -> k.fail(Errno.ENOBUFS)));

        assertThatThrownBy(() -> connection.dump(NUMBERS))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("ENOBUFS");
    }

    @Test
    void dumpWithoutAnEndIsAnError() {
        kernel.onSend((k, sent) -> numbers(k, sent, 0, 1));

        assertThatThrownBy(() -> connection.dump(NUMBERS))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("EAGAIN");
    }

    @Test
    void refusedDumpIsAnError() {
        kernel.onSend((k, sent) -> ack(k, sent, 0, new Ack(1, "")));

        assertThatThrownBy(() -> connection.dump(NUMBERS))
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .matches(BackendException::isPermissionDenied)
                .hasToString("io.ipipou.spi.backend.BackendException: "
                        + "reading the kernel's numbers: Operation not permitted (EPERM)");
    }

    @Test
    void dumpThatEndsInAnErrorIsAnError() {
        kernel.onSend((k, sent) -> {
            numbers(k, sent, 0, 1);
            done(k, sent, 0, new Ack(22, "no such filter"));
        });

        assertThatThrownBy(() -> connection.dump(NUMBERS)).hasMessageContaining("no such filter (EINVAL)");
    }

    @Test
    void expectedRefusalIsAnEmptyDump() throws BackendException {
        kernel.onSend((k, sent) -> ack(k, sent, 0, new Ack(2, "no such table")));

        assertThat(connection.dump(NUMBERS)).isEmpty();
    }

    @Test
    void interruptedCallIsRetried() throws BackendException {
        kernel.onSend((k, sent) -> {
            k.fail(Errno.EINTR);
            numbers(k, sent, 0, 1);
            k.fail(Errno.EINTR);
            done(k, sent, 0, Ack.OK);
        });

        assertThat(connection.dump(NUMBERS)).containsExactly(1);
    }

    @Test
    void replyToAnEarlierRequestIsSkipped() throws BackendException {
        kernel.onSend((k, sent) -> {
            k.deliver(writer -> writer.message(DATA, 0, sent.get(0).sequence() - 1, body -> body.u32(99)));
            numbers(k, sent, 0, 1);
            done(k, sent, 0, Ack.OK);
        });

        assertThat(connection.dump(NUMBERS)).containsExactly(1);
    }

    @Test
    void writesAreSentInBatches() throws BackendException {
        int[] sizes = {64, 64, 2};
        for (int ignored : sizes) {
            kernel.onSend(NetlinkConnectionTest::acknowledge);
        }

        assertThat(connection.write(writes(130))).hasSize(130).containsOnly(Ack.OK);
        assertThat(kernel.sent()).extracting(List::size).containsExactly(64, 64, 2);
    }

    @Test
    void acksCanArriveInAnyOrder() throws BackendException {
        kernel.onSend((k, sent) -> {
            for (int i = sent.size() - 1; i >= 0; i--) {
                ack(k, sent, i, new Ack(i, ""));
            }
        });

        assertThat(connection.write(writes(40)))
                .extracting(Ack::errno)
                .isEqualTo(IntStream.range(0, 40).boxed().toList());
    }

    @Test
    void nothingIsSentAfterARefusal() throws BackendException {
        kernel.onSend(NetlinkConnectionTest::acknowledge).onSend((k, sent) -> {
            for (int i = 0; i < sent.size(); i++) {
                ack(k, sent, i, i == 10 ? new Ack(17, "already there") : Ack.OK);
            }
        });

        List<Ack> acks = connection.write(writes(200));
        assertThat(acks).hasSize(128);
        assertThat(acks.get(74)).isEqualTo(new Ack(17, "already there"));
        assertThat(Collections.frequency(acks, Ack.OK)).isEqualTo(127);
    }

    @Test
    void refusedAttributeIsNamed() throws BackendException {
        AttributeNames names = AttributeNames.ofMessage(4, "TEST_", "NUMBER 1");
        Request write = Request.write(DATA, 0, names.of(writer -> writer.u32(0).u32(1, 7)));
        kernel.onSend((k, sent) -> k.deliver(writer -> writer.message(
                Nlmsg.NLMSG_ERROR,
                Nlmsg.NLM_F_CAPPED | Nlmsg.NLM_F_ACK_TLVS,
                sent.get(0).sequence(),
                body -> {
                    body.u32(-34).u32(0).u32(0).u32(0).u32(0); // ERANGE and the request's header
                    body.u32(2, 20); // NLMSGERR_ATTR_OFFS
                })));

        assertThat(connection.write(List.of(write)).get(0).refusal())
                .hasToString("Numerical result out of range: attribute TEST_NUMBER at offset 20 (ERANGE)");
    }

    @Test
    void lostAckIsAnError() {
        kernel.onSend((k, sent) -> {
            ack(k, sent, 0, Ack.OK);
            k.fail(Errno.ENOBUFS);
        });

        assertThatThrownBy(() -> connection.write(writes(2)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("ENOBUFS");
    }

    @Test
    void getReturnsValuesAndRefusals() throws BackendException {
        kernel.onSend((k, sent) -> {
            numbers(k, sent.subList(1, 2), 0, 5);
            ack(k, sent, 0, new Ack(19, ""));
        });

        List<Request> requests = Collections.nCopies(2, Request.get(18, writer -> writer.u32(0)));
        assertThat(connection.get(requests, payload -> payload.u32(0)))
                .containsExactly(new Reply<>(new Ack(19, ""), Optional.empty()), new Reply<>(Ack.OK, Optional.of(5)));
    }

    @Test
    void truncatedDatagramIsAnError() {
        kernel.onSend((k, sent) -> k.deliver(new byte[100], 70_000));

        assertThatThrownBy(() -> connection.dump(NUMBERS))
                .isInstanceOf(BackendException.class)
                .hasRootCauseMessage("datagram of 70000 bytes truncated to 65536");
    }

    @Test
    void truncatedMessageIsAnError() {
        kernel.onSend((k, sent) -> k.deliver(new byte[] {32, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 18));

        assertThatThrownBy(() -> connection.write(writes(1)))
                .isInstanceOf(BackendException.class)
                .hasRootCauseMessage("message of 32 bytes with 18 bytes left");
    }

    @Test
    void closeClosesTheSocket() {
        connection.close();

        assertThat(kernel.closed()).isTrue();
    }

    private static List<Request> writes(int count) {
        return Collections.nCopies(count, Request.write(DATA, 0, writer -> writer.u32(0)));
    }

    private static void acknowledge(ScriptedKernel kernel, List<NetlinkMessage> sent) {
        for (int i = 0; i < sent.size(); i++) {
            ack(kernel, sent, i, Ack.OK);
        }
    }

    private static void numbers(ScriptedKernel kernel, List<NetlinkMessage> sent, int flags, int... numbers) {
        kernel.deliver(writer -> {
            for (int number : numbers) {
                writer.message(DATA, flags, sent.get(0).sequence(), body -> body.u32(number));
            }
        });
    }

    private static void ack(ScriptedKernel kernel, List<NetlinkMessage> sent, int number, Ack ack) {
        kernel.acknowledge(sent.get(number), ack);
    }

    private static void done(ScriptedKernel kernel, List<NetlinkMessage> sent, int flags, Ack ack) {
        kernel.end(sent.get(0), flags, ack);
    }
}
