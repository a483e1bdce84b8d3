package io.ipipou.testbed;

import static io.ipipou.spi.state.NftField.INNER_LENGTH;
import static io.ipipou.spi.state.NftField.INNER_VERSION;
import static io.ipipou.spi.state.NftField.IP_DADDR;
import static io.ipipou.spi.state.NftField.IP_SADDR;
import static io.ipipou.spi.state.NftField.L4PROTO;
import static io.ipipou.spi.state.NftField.TH_DPORT;
import static io.ipipou.spi.state.NftField.TH_SPORT;
import static io.ipipou.spi.state.NftField.UDP_LENGTH;
import static io.ipipou.spi.state.NftStatement.Relation.AT_LEAST;
import static io.ipipou.spi.state.NftStatement.Relation.AT_MOST;
import static io.ipipou.spi.state.NftStatement.Relation.EQUAL;
import static io.ipipou.spi.state.NftStatement.Relation.NOT_EQUAL;
import static io.ipipou.spi.state.NftType.INET_SERVICE;
import static io.ipipou.spi.state.NftType.IPV4_ADDR;
import static io.ipipou.testkit.KernelUnderTest.NFT_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class Iproute2TableKernelTest {

    @Test
    void everyStatementIsReadBack() throws Exception {
        try (RealKernel kernel = RealKernel.forBackend("iproute2");
                Backend backend = kernel.open()) {
            assertThat(backend.observe().table()).isEmpty();
            NftTable table = table();
            assertThat(backend.execute(List.of(Operation.create(table))))
                    .extracting(Outcome::status)
                    .containsOnly(Outcome.Status.DONE);
            assertThat(backend.observe().table()).contains(table);

            List<NftElement> elements = IntStream.range(0, 5000)
                    .mapToObj(i -> NftElement.of(
                                    NFT_TABLE,
                                    "endpoints",
                                    NftValue.of(new Ipv4(0x0a000000 + i)),
                                    NftValue.port(i),
                                    NftValue.port(10000))
                            .to(NftValue.of(new Ipv4(0xac1d0000 + i)))
                            .keptFor(Optional.of(Duration.ofHours(1))))
                    .toList();
            long start = System.nanoTime();
            assertThat(backend.execute(elements.stream().map(Operation::create).toList()))
                    .extracting(Outcome::status)
                    .containsOnly(Outcome.Status.DONE);
            System.out.println("5000 created in " + (System.nanoTime() - start) / 1_000_000 + " ms");
            start = System.nanoTime();
            assertThat(backend.observe().elements()).hasSize(5000).allSatisfy(element -> assertThat(
                            elements.stream().filter(element::sameButForTime))
                    .hasSize(1));
            System.out.println("5000 read in " + (System.nanoTime() - start) / 1_000_000 + " ms");
            List<Operation> updates = new ArrayList<>(elements.stream()
                    .map(element -> Operation.update(element, element.keptFor(Optional.of(Duration.ofHours(2)))))
                    .toList());
            start = System.nanoTime();
            assertThat(backend.execute(updates)).extracting(Outcome::status).containsOnly(Outcome.Status.DONE);
            System.out.println("5000 renewed in " + (System.nanoTime() - start) / 1_000_000 + " ms");
            List<Operation> bad = new ArrayList<>(updates);
            bad.add(4000, Operation.create(elements.get(0).to(NftValue.of(new Ipv4(5)))));
            assertThat(backend.execute(bad).get(4000).refusal().orElseThrow().errno())
                    .isEqualTo("EEXIST");
        }
    }

    private static NftTable table() {
        return new NftTable(
                NFT_TABLE,
                List.of(
                        NftSet.set("aliasaddrs", IPV4_ADDR),
                        NftSet.map("aliases", false, IPV4_ADDR, IPV4_ADDR, INET_SERVICE),
                        NftSet.set("callers", IPV4_ADDR),
                        NftSet.set("callerports", INET_SERVICE),
                        NftSet.map("endpoints", true, IPV4_ADDR, IPV4_ADDR, INET_SERVICE, INET_SERVICE),
                        NftSet.set("listeners", IPV4_ADDR, INET_SERVICE),
                        NftSet.set("pairs", IPV4_ADDR, IPV4_ADDR),
                        NftSet.meter("sources", new NftSet.Meter(65535, Duration.ofMillis(10_500)), IPV4_ADDR)),
                List.of(
                        new NftChain(
                                "prerouting",
                                Optional.of(NftChain.Base.filter(NftChain.Hook.PREROUTING, -300)),
                                List.of(
                                        rule(
                                                "straight",
                                                in("aliasaddrs", IP_DADDR),
                                                new NftStatement.Counter(),
                                                new NftStatement.Drop()),
                                        rule(
                                                "native",
                                                is(L4PROTO, 4),
                                                in("pairs", IP_SADDR, IP_DADDR),
                                                new NftStatement.Counter(),
                                                new NftStatement.Drop()),
                                        rule(
                                                "",
                                                new NftStatement.Compare(L4PROTO, NOT_EQUAL, 17),
                                                new NftStatement.Accept()),
                                        rule(
                                                "",
                                                new NftStatement.Lookup(
                                                        List.of(IP_DADDR, TH_DPORT), false, "listeners"),
                                                new NftStatement.Accept()),
                                        rule("", new NftStatement.Notrack()),
                                        rule(
                                                "",
                                                new NftStatement.Compare(UDP_LENGTH, AT_MOST, 81),
                                                new NftStatement.Jump("proofs")),
                                        rule(
                                                "",
                                                is(INNER_VERSION, 4),
                                                new NftStatement.Rewrite(
                                                        IP_DADDR, List.of(IP_SADDR, TH_SPORT, TH_DPORT), "endpoints"),
                                                new NftStatement.Accept()),
                                        rule("", is(UDP_LENGTH, 81), new NftStatement.Goto("candidates")),
                                        rule("", in("callers", IP_SADDR), new NftStatement.Goto("candidates")),
                                        rule("", in("callerports", TH_SPORT), new NftStatement.Goto("candidates")),
                                        rule(
                                                "not admitted: Ü \\ # x",
                                                new NftStatement.Counter(),
                                                new NftStatement.Drop()))),
                        new NftChain(
                                "proofs",
                                Optional.empty(),
                                List.of(
                                        rule(
                                                "",
                                                is(UDP_LENGTH, 81),
                                                new NftStatement.Compare(INNER_LENGTH, NOT_EQUAL, 73),
                                                new NftStatement.Goto("candidates")),
                                        rule(
                                                "",
                                                new NftStatement.Compare(UDP_LENGTH, AT_LEAST, 8),
                                                new NftStatement.Compare(UDP_LENGTH, AT_MOST, 27),
                                                new NftStatement.Goto("candidates")),
                                        rule(
                                                "odd ones",
                                                is(L4PROTO, 4),
                                                is(TH_SPORT, 5),
                                                is(TH_DPORT, 6),
                                                is(IP_SADDR, 0x01020304),
                                                is(IP_DADDR, 0xc0000201),
                                                new NftStatement.Accept()),
                                        rule(
                                                "",
                                                is(L4PROTO, 17),
                                                in("callers", IP_SADDR),
                                                new NftStatement.Compare(INNER_VERSION, NOT_EQUAL, 4),
                                                is(INNER_LENGTH, 0xffff),
                                                new NftStatement.Accept()))),
                        new NftChain(
                                "candidates",
                                Optional.empty(),
                                List.of(
                                        rule(
                                                "too many",
                                                new NftStatement.RateOverByKey(
                                                        "sources",
                                                        List.of(IP_SADDR),
                                                        new NftStatement.RateOver(50, 100)),
                                                new NftStatement.Counter(),
                                                new NftStatement.Drop()),
                                        rule(
                                                "all",
                                                new NftStatement.RateOver(2000, 5),
                                                new NftStatement.Counter(),
                                                new NftStatement.Drop()),
                                        rule("agent", new NftStatement.Counter(), new NftStatement.Queue(0)))),
                        new NftChain(
                                "output",
                                Optional.of(NftChain.Base.filter(NftChain.Hook.OUTPUT, -300)),
                                List.of(
                                        rule(
                                                "",
                                                is(L4PROTO, 17),
                                                in("listeners", IP_SADDR, TH_SPORT),
                                                new NftStatement.Notrack()),
                                        rule("", in("aliasaddrs", IP_SADDR), new NftStatement.Notrack()))),
                        new NftChain(
                                "postrouting",
                                Optional.of(NftChain.Base.filter(NftChain.Hook.POSTROUTING, -300)),
                                List.of(rule(
                                        "",
                                        is(L4PROTO, 17),
                                        new NftStatement.Rewrite(IP_SADDR, List.of(IP_SADDR, TH_SPORT), "aliases"))))));
    }

    private static NftRule rule(String comment, NftStatement... statements) {
        return new NftRule(comment, List.of(statements));
    }

    private static NftStatement is(NftField field, int value) {
        return new NftStatement.Compare(field, EQUAL, value);
    }

    private static NftStatement in(String set, NftField... key) {
        return new NftStatement.Lookup(List.of(key), true, set);
    }
}
