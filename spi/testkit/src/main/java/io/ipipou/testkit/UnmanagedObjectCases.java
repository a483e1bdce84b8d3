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
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cases for objects that ipipou does not manage, next to managed ones and in their place. */
interface UnmanagedObjectCases extends Cases {

    @Test
    default void aNewNamespaceContainsOnlyItsDevice() throws Exception {
        ObservedState state = host().observe();

        assertThat(state.devices())
                .containsEntry(DEVICE, new Device(DEVICE, "dummy", KernelUnderTest.DEVICE_MTU, true, Set.of()));
        assertThat(state.devices()).containsKeys(new LinkName("lo"), new LinkName("tunl0"));
        assertThat(state.links()).isEmpty();
        assertThat(state.listeners()).isEmpty();
        assertThat(state.udpPorts()).isEmpty();
        assertThat(state.addresses()).containsExactly(AddressCases.ADDRESS_OF_DEVICE);
        assertThat(state.routes()).containsExactly(RouteCases.CONNECTED);
    }

    @Test
    default void aDeviceIsReadWithItsAlternativeNamesAndWhetherItIsUp() throws Exception {
        String longName = "enx" + "0123456789ab".repeat(10);
        host().outside.linkAltName(DEVICE, "wan");
        host().outside.linkAltName(DEVICE, longName);
        host().outside.linkDown(DEVICE);

        assertThat(host().observe().devices())
                .containsEntry(
                        DEVICE,
                        new Device(DEVICE, "dummy", KernelUnderTest.DEVICE_MTU, false, Set.of("wan", longName)));
    }

    @Test
    default void unmanagedObjectsAreReadAndKept() throws Exception {
        LinkName name = new LinkName("other");
        IpipLink tunnel = SampleLinks.unmanagedTunnel(name, 100);
        host().outside.linkAdd(tunnel);
        host().outside.addressAdd(SampleLinks.innerAddress(name, 100));
        host().outside.routeAdd(Route.through(name, RouteCases.NETWORK));
        host().outside.fouAdd(FouListener.onPort(5555));
        host().outside.udpOpen(5556);
        host().outside.linkAdd(new LinkName("br0"), "bridge");
        ObservedState before = host().observe();
        assertThat(before.links()).containsOnly(Map.entry(name, tunnel));
        assertThat(before.addresses()).contains(SampleLinks.innerAddress(name, 100));
        assertThat(before.routes()).contains(Route.through(name, RouteCases.NETWORK));
        assertThat(before.listeners()).containsExactly(FouListener.onPort(5555));
        assertThat(before.udpPorts()).containsExactlyInAnyOrder(5555, 5556);
        assertThat(before.devices().values()).extracting(Device::kind).contains("bridge");

        host().create(FouListener.onPort(10000), SampleLinks.tunnel(0), SampleLinks.innerAddress(0));
        host().delete(SampleLinks.innerAddress(0), SampleLinks.tunnel(0), FouListener.onPort(10000));
        assertThat(host().observe()).isEqualTo(before);
    }

    @Test
    default void anUnmanagedLinkIsNeitherUpdatedNorDeleted() throws Exception {
        IpipLink unmanaged = SampleLinks.unmanagedTunnel(T0, 0);
        host().outside.linkAdd(unmanaged);
        host().outside.linkAdd(T1, "dummy");

        host().assertRefused(Operation.update(SampleLinks.tunnel(0), SampleLinks.with(SampleLinks.tunnel(0), 1300)));
        host().assertRefused(Operation.delete(SampleLinks.tunnel(0)));
        host().assertRefused(Operation.update(SampleLinks.tunnel(1), SampleLinks.with(SampleLinks.tunnel(1), 1300)));
        host().assertRefused(Operation.delete(SampleLinks.tunnel(1)));
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, unmanaged));
        assertThat(host().observe().devices()).containsEntry(T1, new Device(T1, "dummy", 1500, false, Set.of()));
    }

    @Test
    default void aLinkThatLostItsMarkIsKept() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1));
        assertThat(host().observe().links()).hasSize(2);
        host().outside.linkAlias(T0, "taken over");
        host().outside.linkDelete(T1);
        host().outside.linkAdd(SampleLinks.unmanagedTunnel(T1, 1));
        ObservedState before = host().observe();

        for (int number = 0; number < 2; number++) {
            IpipLink managed = SampleLinks.tunnel(number);
            host().assertRefused(Operation.update(managed, SampleLinks.with(managed, 1300)));
            host().assertRefused(Operation.delete(managed));
        }
        assertThat(host().observe()).isEqualTo(before);
    }

    /** An apply that was killed between creating a link and setting its alias leaves such a link. */
    @Test
    default void aLinkWithoutAnAliasInTheManagedGroupIsManaged() throws Exception {
        IpipLink unfinished = SampleLinks.with(SampleLinks.tunnel(0), new Mark("", Mark.GROUP));
        host().outside.linkAdd(unfinished);
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, unfinished));

        host().update(unfinished, SampleLinks.tunnel(0));
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, SampleLinks.tunnel(0)));
        host().outside.linkAlias(T0, "");
        host().delete(unfinished);
        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void deletingManyLinksKeepsTheOthersOfTheirGroup() throws Exception {
        int many = 40;
        host().execute(Host.creations(IntStream.range(0, many).mapToObj(SampleLinks::tunnel)));
        LinkName tunnelInGroup = new LinkName("other");
        LinkName dummyInGroup = new LinkName("d0");
        host().outside.linkAdd(SampleLinks.with(SampleLinks.tunnel(tunnelInGroup, 100), new Mark("other", Mark.GROUP)));
        host().outside.linkAdd(dummyInGroup, "dummy");
        host().outside.linkGroup(dummyInGroup, Mark.GROUP);
        host().outside.linkDelete(SampleLinks.tunnel(5).name());

        host().execute(Host.deletions(IntStream.range(0, many - 1).mapToObj(SampleLinks::tunnel)));
        assertThat(host().observe().links())
                .containsOnlyKeys(tunnelInGroup, SampleLinks.tunnel(many - 1).name());
        assertThat(host().observe().devices()).containsKey(dummyInGroup);

        host().delete(SampleLinks.tunnel(many - 1));
        assertThat(host().observe().links()).containsOnlyKeys(tunnelInGroup);
        assertThat(host().observe().devices()).containsKey(dummyInGroup);
    }

    @Test
    default void deletingManyLinksStopsAtOneThatLostItsMark() throws Exception {
        int many = 40;
        host().execute(Host.creations(IntStream.range(0, many).mapToObj(SampleLinks::tunnel)));
        host().outside.linkAlias(SampleLinks.tunnel(20).name(), "taken over");

        List<Operation> deletions = Host.deletions(IntStream.range(0, many).mapToObj(SampleLinks::tunnel));
        List<Outcome> outcomes = host().backend.execute(deletions);

        assertThat(outcomes.get(20).status()).isEqualTo(Outcome.Status.FAILED);
        List<LinkName> remaining = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.status() != Outcome.Status.DONE) {
                remaining.add(((IpipLink) outcome.operation().subject()).name());
            }
        }
        assertThat(host().observe().links().keySet()).containsExactlyInAnyOrderElementsOf(remaining);
    }
}
