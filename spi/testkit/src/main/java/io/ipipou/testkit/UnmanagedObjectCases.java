package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.T1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is not ours, in our way and beside it. */
interface UnmanagedObjectCases extends Cases {

    @Test
    default void aFreshHostHoldsOnlyItsDevice() throws Exception {
        ObservedState fresh = host().observe();

        assertThat(fresh.devices()).containsEntry(DEVICE, new Device(DEVICE, "dummy", KernelUnderTest.DEVICE_MTU));
        assertThat(fresh.devices()).containsKeys(new LinkName("lo"), new LinkName("tunl0"));
        assertThat(fresh.links()).isEmpty();
        assertThat(fresh.listeners()).isEmpty();
        assertThat(fresh.udpPorts()).isEmpty();
        assertThat(fresh.addresses()).containsExactly(AddressCases.OF_THE_DEVICE);
        assertThat(fresh.routes()).containsExactly(RouteCases.CONNECTED);
    }

    @Test
    default void whatIsNotOursIsSeenAndStandsUntouched() throws Exception {
        LinkName theirs = new LinkName("theirs");
        IpipLink tunnel = SampleLinks.unmanagedTunnel(theirs, 100);
        host().hand.linkAdd(tunnel);
        host().hand.addressAdd(SampleLinks.innerAddress(theirs, 100));
        host().hand.routeAdd(Route.through(theirs, RouteCases.NETWORK));
        host().hand.fouAdd(FouListener.onPort(5555));
        host().hand.udpOpen(5556);
        host().hand.linkAdd(new LinkName("br0"), "bridge");
        ObservedState before = host().observe();
        assertThat(before.links()).containsOnly(Map.entry(theirs, tunnel));
        assertThat(before.addresses()).contains(SampleLinks.innerAddress(theirs, 100));
        assertThat(before.routes()).contains(Route.through(theirs, RouteCases.NETWORK));
        assertThat(before.listeners()).containsExactly(FouListener.onPort(5555));
        assertThat(before.udpPorts()).containsExactlyInAnyOrder(5555, 5556);
        assertThat(before.devices().values()).extracting(Device::kind).contains("bridge");

        host().create(FouListener.onPort(10000), SampleLinks.tunnel(0), SampleLinks.innerAddress(0));
        host().delete(SampleLinks.innerAddress(0), SampleLinks.tunnel(0), FouListener.onPort(10000));
        assertThat(host().observe()).isEqualTo(before);
    }

    @Test
    default void aLinkWithoutOurMarkIsNeitherChangedNorDeleted() throws Exception {
        IpipLink theirs = SampleLinks.unmanagedTunnel(T0, 0);
        host().hand.linkAdd(theirs);
        host().hand.linkAdd(T1, "dummy");

        host().refused(Operation.update(SampleLinks.tunnel(0), SampleLinks.with(SampleLinks.tunnel(0), 1300)));
        host().refused(Operation.delete(SampleLinks.tunnel(0)));
        host().refused(Operation.update(SampleLinks.tunnel(1), SampleLinks.with(SampleLinks.tunnel(1), 1300)));
        host().refused(Operation.delete(SampleLinks.tunnel(1)));
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, theirs));
        assertThat(host().observe().devices()).containsEntry(T1, new Device(T1, "dummy", 1500));
    }

    @Test
    default void aLinkThatLostOurMarkMeanwhileIsNotTouched() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1));
        assertThat(host().observe().links()).hasSize(2);
        host().hand.linkAlias(T0, "mine now");
        host().hand.linkDelete(T1);
        host().hand.linkAdd(SampleLinks.unmanagedTunnel(T1, 1));
        ObservedState before = host().observe();

        for (int number = 0; number < 2; number++) {
            IpipLink ours = SampleLinks.tunnel(number);
            host().refused(Operation.update(ours, SampleLinks.with(ours, 1300)));
            host().refused(Operation.delete(ours));
        }
        assertThat(host().observe()).isEqualTo(before);
    }

    /** What a run leaves that was killed between creating a link and giving it its alias. */
    @Test
    default void aLinkOfOurGroupWithoutAnAliasIsOurs() throws Exception {
        IpipLink unfinished = SampleLinks.with(SampleLinks.tunnel(0), new Mark("", Mark.GROUP));
        host().hand.linkAdd(unfinished);
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, unfinished));

        host().update(unfinished, SampleLinks.tunnel(0));
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, SampleLinks.tunnel(0)));
        host().hand.linkAlias(T0, "");
        host().delete(unfinished);
        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void deletingManyLeavesWhatIsNotToBeDeleted() throws Exception {
        int many = 40;
        host().execute(Host.creations(IntStream.range(0, many).mapToObj(SampleLinks::tunnel)));
        LinkName tunnelInGroup = new LinkName("theirs");
        LinkName dummyInGroup = new LinkName("d0");
        host().hand.linkAdd(SampleLinks.with(SampleLinks.tunnel(tunnelInGroup, 100), new Mark("theirs", Mark.GROUP)));
        host().hand.linkAdd(dummyInGroup, "dummy");
        host().hand.linkGroup(dummyInGroup, Mark.GROUP);
        host().hand.linkDelete(SampleLinks.tunnel(5).name());

        host().execute(Host.deletions(IntStream.range(0, many - 1).mapToObj(SampleLinks::tunnel)));
        assertThat(host().observe().links())
                .containsOnlyKeys(tunnelInGroup, SampleLinks.tunnel(many - 1).name());
        assertThat(host().observe().devices()).containsKey(dummyInGroup);

        host().delete(SampleLinks.tunnel(many - 1));
        assertThat(host().observe().links()).containsOnlyKeys(tunnelInGroup);
        assertThat(host().observe().devices()).containsKey(dummyInGroup);
    }

    @Test
    default void deletingManyStopsAtOneThatIsNoLongerOurs() throws Exception {
        int many = 40;
        host().execute(Host.creations(IntStream.range(0, many).mapToObj(SampleLinks::tunnel)));
        host().hand.linkAlias(SampleLinks.tunnel(20).name(), "mine now");

        List<Operation> deletions = Host.deletions(IntStream.range(0, many).mapToObj(SampleLinks::tunnel));
        List<Outcome> outcomes = host().backend.execute(deletions);

        assertThat(outcomes.get(20).status()).isEqualTo(Outcome.Status.FAILED);
        List<LinkName> left = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.status() != Outcome.Status.DONE) {
                left.add(((IpipLink) outcome.operation().subject()).name());
            }
        }
        assertThat(host().observe().links().keySet()).containsExactlyInAnyOrderElementsOf(left);
    }
}
