package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.KernelUnderTest.DEVICE_ADDRESS;
import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.T1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.RuleCounter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the conformance cases do not cover: injected faults, and effects of changes from outside. */
final class FakeKernelTest {

    private final FakeKernel kernel = FakeKernel.withDevice(DEVICE, DEVICE_ADDRESS, 24);
    private final Backend backend = kernel.backend();
    private final List<Operation> three = List.of(
            Operation.create(SampleLinks.tunnel(0)),
            Operation.create(SampleLinks.tunnel(1)),
            Operation.create(SampleLinks.tunnel(2)));

    @Test
    void anInjectedRefusalHappensOnce() throws Exception {
        kernel.refuse(2, "ENOBUFS");

        assertThat(backend.execute(three))
                .extracting(Outcome::status)
                .containsExactly(Outcome.Status.DONE, Outcome.Status.FAILED, Outcome.Status.NOT_ATTEMPTED);
        assertThat(backend.execute(three.subList(1, 3)))
                .extracting(Outcome::status)
                .containsOnly(Outcome.Status.DONE);
        assertThat(kernel.writes()).isEqualTo(4);
    }

    @Test
    void aCrashBeforeAWriteKeepsEarlierWrites() {
        kernel.crashBefore(2);

        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> backend.execute(three));
        assertThat(kernel.state().links()).containsOnlyKeys(T0);
    }

    @Test
    void aCrashWithinTheCreationOfALinkLeavesItWithoutAlias() {
        kernel.crashWithin(2);

        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> backend.execute(three));
        assertThat(kernel.state().links())
                .containsOnlyKeys(T0, T1)
                .containsEntry(T1, SampleLinks.with(SampleLinks.tunnel(1), new Mark("", Mark.GROUP)));
    }

    @Test
    void aCrashAfterAWriteKeepsIt() {
        kernel.crashAfter(2);

        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> backend.execute(three));
        assertThat(kernel.state().links()).containsOnlyKeys(T0, T1);
    }

    @Test
    void anActionRunsBeforeAWrite() throws Exception {
        kernel.beforeWrite(3, () -> kernel.linkDelete(T0));

        assertThat(backend.execute(three)).extracting(Outcome::status).containsOnly(Outcome.Status.DONE);
        assertThat(kernel.state().links()).containsOnlyKeys(T1, new LinkName("t2"));
    }

    @Test
    void readsFailAsOftenAsRequested() throws Exception {
        kernel.failReads(2);

        assertThatExceptionOfType(BackendException.class).isThrownBy(backend::observe);
        assertThatExceptionOfType(BackendException.class).isThrownBy(backend::counters);
        assertThat(backend.observe()).isEqualTo(kernel.state());
    }

    @Test
    void aRefusedOutsideChangeThrows() {
        assertThatIllegalStateException()
                .isThrownBy(() -> kernel.linkDelete(T0))
                .withMessageContaining("ENODEV");
        assertThatIllegalStateException()
                .isThrownBy(() -> kernel.linkDelete(new LinkName("lo")))
                .withMessageContaining("EOPNOTSUPP");
    }

    @Test
    void tunl0ExistsAndCannotBeDeleted() {
        LinkName tunl0 = new LinkName("tunl0");
        kernel.linkDelete(tunl0);

        assertThat(kernel.state().devices()).containsKey(tunl0);
        assertThat(kernel.state().links()).isEmpty();
    }

    @Test
    void aSecondaryAddressBecomesPrimaryWhenThePrimaryIsDeleted() {
        LinkAddress second = new LinkAddress(DEVICE, Ipv4.of("203.0.113.2"), Ipv4.of("203.0.113.2"), 24, "eth0");
        LinkAddress elsewhere = new LinkAddress(DEVICE, Ipv4.of("10.0.0.1"), Ipv4.of("10.0.0.1"), 24, "eth0");
        LinkAddress secondary = new LinkAddress(DEVICE, second.address(), second.peer(), 24, "eth0", 0, true);
        kernel.addressAdd(second);
        kernel.addressAdd(elsewhere);
        assertThat(kernel.state().addresses()).containsExactly(AddressCases.ADDRESS_OF_DEVICE, elsewhere, secondary);

        kernel.addressDelete(AddressCases.ADDRESS_OF_DEVICE);
        assertThat(kernel.state().addresses()).containsExactly(elsewhere, second);
        assertThat(kernel.state().routes()).contains(RouteCases.CONNECTED);
    }

    @Test
    void aTransactionIsOneWriteThatIsRefusedAsAWhole() throws Exception {
        List<Operation> run = List.of(Operation.create(SampleTable.gate()), Operation.create(SampleTable.endpoint(0)));
        kernel.refuse(1, "ENOBUFS");

        assertThat(backend.execute(run))
                .extracting(Outcome::status)
                .containsExactly(Outcome.Status.FAILED, Outcome.Status.NOT_ATTEMPTED);
        assertThat(kernel.state().table()).isEmpty();
        assertThat(backend.execute(run)).extracting(Outcome::status).containsOnly(Outcome.Status.DONE);
        assertThat(kernel.writes()).isEqualTo(2);
    }

    @Test
    void anUnknownStatementIsNotWritten() {
        NftTable unknown = SampleTable.replaceChain(
                SampleTable.gate(),
                SampleTable.base(NftChain.Hook.OUTPUT, SampleTable.rule("", new NftStatement.Unknown("ip ttl 7"))));

        assertThat(backend.validate(Operation.create(unknown))).isPresent();
        assertThat(backend.validate(Operation.update(unknown, SampleTable.gate())))
                .isEmpty();
    }

    /** A datagram passes the output chains, and a rate limit recovers with time. */
    @Test
    void packetsPassTheChains() throws Exception {
        NftStatement isDiscard = SampleTable.compare(NftField.TH_DPORT, NftStatement.Relation.AT_MOST, 9);
        kernel.nftTableAdd(
                "ip",
                new NftTable(
                        KernelUnderTest.NFT_TABLE,
                        List.of(),
                        List.of(
                                SampleTable.base(
                                        NftChain.Hook.OUTPUT,
                                        SampleTable.rule("", isDiscard, new NftStatement.Jump("jumped")),
                                        SampleTable.rule("back", SampleTable.COUNTER),
                                        SampleTable.rule("", new NftStatement.Goto("last")),
                                        SampleTable.rule("never", SampleTable.COUNTER)),
                                SampleTable.chain("jumped", SampleTable.rule("jumped", SampleTable.COUNTER)),
                                SampleTable.chain(
                                        "last",
                                        SampleTable.rule("over", new NftStatement.RateOver(2, 3), SampleTable.COUNTER),
                                        SampleTable.rule(
                                                "",
                                                SampleTable.compare(
                                                        NftField.UDP_LENGTH, NftStatement.Relation.EQUAL, 8 + 77),
                                                SampleTable.DROP)))));
        Ipv4 neighbour = Ipv4.of("203.0.113.2");

        kernel.send(neighbour, 5, 100);
        kernel.passTime(Duration.ofSeconds(1));
        kernel.send(neighbour, 3, 0);
        assertThat(backend.ruleCounters())
                .containsOnly(
                        Map.entry("jumped", new RuleCounter(8, 5 * 128 + 3 * 28)),
                        Map.entry("back", new RuleCounter(8, 5 * 128 + 3 * 28)),
                        Map.entry("never", new RuleCounter(0, 0)),
                        Map.entry("over", new RuleCounter(3, 2 * 128 + 28)));
        assertThatIllegalStateException()
                .isThrownBy(() -> kernel.send(neighbour, 1, 77))
                .withMessageContaining("EPERM");
    }
}
