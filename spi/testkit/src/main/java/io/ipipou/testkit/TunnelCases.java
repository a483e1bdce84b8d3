package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.T1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cases for tunnels as a whole. */
interface TunnelCases extends Cases {

    @Test
    @Covers(kind = IpipLink.KIND, verb = Verb.CREATE)
    default void createTunnel() throws Exception {
        IpipLink tunnel = SampleLinks.tunnel(0);
        host().create(tunnel);

        assertThat(host().observe().links()).containsOnly(Map.entry(T0, tunnel));
        assertThat(host().observe().devices()).containsEntry(T0, new Device(T0, "ipip", tunnel.mtu(), true, Set.of()));
    }

    @Test
    @Covers(kind = IpipLink.KIND, verb = Verb.UPDATE)
    default void updatingATunnelKeepsItsAddressesAndRoutes() throws Exception {
        Route route = Route.through(T0, RouteCases.NETWORK);
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0), route);

        IpipLink moved = SampleLinks.with(SampleLinks.tunnel(7), Encap.fou(1, 2, true));
        IpipLink after = new IpipLink(
                T0,
                moved.outer(),
                moved.encap(),
                1300,
                true,
                SampleLinks.tunnel(0).mark());
        host().update(SampleLinks.tunnel(0), after);

        assertThat(host().observe().links()).containsOnly(Map.entry(T0, after));
        assertThat(host().observe().addresses()).contains(SampleLinks.innerAddress(0));
        assertThat(host().observe().routes()).contains(route);
    }

    @Test
    @Covers(kind = IpipLink.KIND, verb = Verb.DELETE)
    default void deleteTunnel() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1), SampleLinks.innerAddress(0));

        host().delete(SampleLinks.tunnel(0));
        host().delete(SampleLinks.tunnel(0)); // a missing tunnel counts as deleted
        assertThat(host().observe().links()).containsOnlyKeys(T1);
        assertThat(host().observe().addresses()).containsExactly(AddressCases.ADDRESS_OF_DEVICE);
    }

    @Test
    default void updatingAMissingTunnelIsRefused() throws Exception {
        host().assertRefused(Operation.update(SampleLinks.tunnel(0), SampleLinks.with(SampleLinks.tunnel(0), 1300)));

        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void aNameOrOuterHeaderInUseIsRefused() throws Exception {
        LinkName dummy = new LinkName("d0");
        host().outside.linkAdd(dummy, "dummy");
        host().create(SampleLinks.tunnel(0));

        host().assertRefused(Operation.create(SampleLinks.tunnel(T0, 1)), "EEXIST");
        host().assertRefused(Operation.create(SampleLinks.tunnel(T1, 0)), "EEXIST");
        host().assertRefused(Operation.create(SampleLinks.tunnel(dummy, 1)), "EEXIST");
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, SampleLinks.tunnel(0)));
    }

    /** To the kernel, the device is part of a tunnel's key. */
    @Test
    default void tunnelsCanDifferOnlyInTheirDevice() throws Exception {
        IpipLink bound = SampleLinks.boundTo(SampleLinks.tunnel(T1, 0), DEVICE);
        host().create(SampleLinks.tunnel(0), bound);

        assertThat(host().observe().links().values()).containsExactlyInAnyOrder(SampleLinks.tunnel(0), bound);
    }

    @Test
    default void aMissingDeviceIsReportedAsEnodev() throws Exception {
        host().assertRefused(Operation.create(boundTo(new LinkName("nosuchdevice"))), "ENODEV");

        assertThat(host().observe().links()).isEmpty();
    }

    @Test
    default void aTunnelWhoseDeviceIsGoneIsMovedToAnother() throws Exception {
        LinkName device = new LinkName("d0");
        host().outside.linkAdd(device, "dummy");
        host().create(boundTo(device));
        host().outside.linkDelete(device);

        IpipLink orphan = host().link(T0);
        assertThat(orphan.outer().device().orElseThrow().value()).matches("if[0-9]+");
        host().update(orphan, boundTo(DEVICE));
        assertThat(host().observe().links()).containsOnly(Map.entry(T0, boundTo(DEVICE)));

        host().delete(boundTo(DEVICE));
    }

    @Test
    default void aTunnelWhoseDeviceIsGoneIsDeleted() throws Exception {
        LinkName device = new LinkName("d0");
        host().outside.linkAdd(device, "dummy");
        host().create(boundTo(device));
        host().outside.linkDelete(device);

        host().delete(host().link(T0));
        assertThat(host().observe().links()).isEmpty();
    }

    /** The kernel has changed some fields when it refuses another one. */
    @Test
    default void aPartlyAppliedUpdateIsRepairedByTheNext() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1));
        IpipLink clash = new IpipLink(
                T0,
                SampleLinks.tunnel(1).outer(),
                Encap.fou(1, 2, true),
                1300,
                true,
                SampleLinks.tunnel(0).mark());

        host().assertRefused(Operation.update(SampleLinks.tunnel(0), clash), "EEXIST");
        host().update(host().link(T0), SampleLinks.tunnel(0));
        assertThat(host().observe().links().values())
                .containsExactlyInAnyOrder(SampleLinks.tunnel(0), SampleLinks.tunnel(1));
    }

    @Test
    default void aRenamedTunnelIsReadUnderItsNewName() throws Exception {
        LinkName renamed = new LinkName("renamed");
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0));
        host().outside.linkRename(T0, renamed);

        host().delete(SampleLinks.innerAddress(0), SampleLinks.tunnel(0));
        IpipLink now = SampleLinks.with(
                SampleLinks.tunnel(renamed, 0), SampleLinks.tunnel(0).mark());
        assertThat(host().observe().links()).containsOnly(Map.entry(renamed, now));
        assertThat(host().observe().addresses())
                .contains(LinkAddress.pointToPoint(renamed, Ipv4.of("172.28.0.0"), Ipv4.of("172.28.0.1")));
    }

    @Test
    default void tunnelTrafficIsCounted() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.tunnel(1), SampleLinks.innerAddress(0));
        host().outside.send(SampleLinks.innerAddress(0).peer(), 5, 100);

        assertThat(host().backend.counters())
                .containsOnlyKeys(T0, T1)
                .hasEntrySatisfying(T0, counters -> {
                    assertThat(counters.sentPackets()).isEqualTo(5);
                    assertThat(counters.sentBytes()).isEqualTo(5 * (100 + 28));
                })
                .hasEntrySatisfying(
                        T1, counters -> assertThat(counters.sentPackets()).isZero());
    }

    private static IpipLink boundTo(LinkName device) {
        return SampleLinks.boundTo(SampleLinks.tunnel(0), device);
    }
}
