package io.ipipou.testbed;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.KernelUnderTest.DEVICE_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import io.ipipou.testkit.SampleTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Either backend reads what the other has written as the same records, and can delete it. */
@KernelDependent
final class BackendsAgreeKernelTest {

    @ParameterizedTest
    @CsvSource({"netlink, iproute2", "iproute2, netlink"})
    void eachReadsAndDeletesWhatTheOtherHasWritten(String writer, String other) throws Exception {
        try (RealKernel kernel = RealKernel.forBackend(writer);
                Backend writing = kernel.open();
                Backend reading = kernel.open(RealKernel.provider(other))) {
            kernel.outsideChanges().udpOpen(5555);
            ObservedState fresh = writing.observe();
            assertThat(reading.observe()).isEqualTo(fresh);

            List<Operation> creations = objects().map(Operation::create).toList();
            assertThat(writing.execute(creations)).extracting(Outcome::status).containsOnly(Outcome.Status.DONE);
            ObservedState full = reading.observe();
            assertThat(full).isEqualTo(writing.observe());
            assertThat(full.links()).hasSize(2);
            assertThat(full.table()).contains(SampleTable.gate());
            assertThat(reading.ruleCounters()).isEqualTo(writing.ruleCounters()).isNotEmpty();
            assertThat(reading.counters().keySet()).isEqualTo(writing.counters().keySet());

            List<Operation> deletions =
                    new ArrayList<>(objects().map(Operation::delete).toList());
            Collections.reverse(deletions);
            assertThat(reading.execute(deletions)).extracting(Outcome::status).containsOnly(Outcome.Status.DONE);
            assertThat(writing.observe()).isEqualTo(fresh);
        }
    }

    private static Stream<Resource> objects() {
        LinkName plain = new LinkName("t");
        LinkName up = new LinkName("up");
        OuterHeader outer = new OuterHeader(DEVICE_ADDRESS, Ipv4.of("203.0.113.2"), Optional.empty(), 0, 0, true);
        OuterHeader special = new OuterHeader(Ipv4.ANY, Ipv4.of("203.0.113.3"), Optional.of(DEVICE), 64, 0x10, true);
        Stream<Resource> elements =
                Stream.concat(Stream.of(SampleTable.endpoint(0)), SampleTable.otherElements().stream());
        Stream<Resource> others = Stream.of(
                FouListener.onPort(10000),
                new IpipLink(plain, outer, Encap.fou(10000, 20000, false), 1472, true, Mark.of(plain)),
                new IpipLink(up, special, Encap.fou(10000, 20001, true), 1300, true, Mark.of(up)),
                LinkAddress.pointToPoint(plain, Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1")),
                LinkAddress.pointToPoint(up, Ipv4.of("172.28.0.2"), Ipv4.of("172.28.0.3")),
                Route.through(plain, Ipv4Prefix.of("10.20.0.0/16")),
                Route.through(up, Ipv4Prefix.of("10.30.0.0/16")),
                SampleTable.gate());
        return Stream.concat(others, elements);
    }
}
