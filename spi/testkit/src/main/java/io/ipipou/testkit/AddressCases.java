package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE;
import static io.ipipou.testkit.KernelUnderTest.DEVICE_ADDRESS;
import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.T1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Cases for IPv4 addresses. */
interface AddressCases extends Cases {

    LinkAddress ADDRESS_OF_DEVICE = new LinkAddress(DEVICE, DEVICE_ADDRESS, DEVICE_ADDRESS, 24, "eth0");

    @Test
    @Covers(kind = LinkAddress.KIND, verb = Verb.CREATE)
    default void createAddress() throws Exception {
        Ipv4 alias = Ipv4.of("172.29.0.1");
        LinkAddress labelled = new LinkAddress(new LinkName("lo"), alias, alias, 32, "lo:ipipou");
        LinkAddress network = new LinkAddress(DEVICE, Ipv4.of("10.0.0.5"), Ipv4.of("10.0.0.5"), 8, "eth0");
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0), labelled, network);

        assertThat(host().observe().addresses())
                .containsExactlyInAnyOrder(ADDRESS_OF_DEVICE, SampleLinks.innerAddress(0), labelled, network);
        assertThat(host().observe().firstAddress(DEVICE)).contains(DEVICE_ADDRESS);
    }

    @Test
    default void addingAnAddressAddsItsConnectedRoute() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0));

        Ipv4Prefix peer = Ipv4Prefix.of("172.28.0.1/32");
        assertThat(host().observe().routes()).contains(new Route(peer, Optional.of(T0), Optional.empty(), 0, 2));
    }

    @Test
    @Covers(kind = LinkAddress.KIND, verb = Verb.UPDATE)
    default void updatingAnAddressIsRefusedAtPlanTime() {
        Operation update = Operation.update(SampleLinks.innerAddress(0), SampleLinks.innerAddress(T0, 1));

        assertThat(host().backend.validate(update)).isPresent();
    }

    @Test
    @Covers(kind = LinkAddress.KIND, verb = Verb.DELETE)
    default void deleteAddress() throws Exception {
        Ipv4 address = SampleLinks.innerAddress(0).address();
        LinkAddress otherPeer = LinkAddress.pointToPoint(T0, address, Ipv4.of("172.28.0.9"));
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0), otherPeer);

        host().delete(SampleLinks.innerAddress(0));
        assertThat(host().observe().addresses()).containsExactlyInAnyOrder(ADDRESS_OF_DEVICE, otherPeer);

        // A missing address counts as deleted, even if the link has the same address with another peer.
        host().delete(SampleLinks.innerAddress(0));
        assertThat(host().observe().addresses()).containsExactlyInAnyOrder(ADDRESS_OF_DEVICE, otherPeer);
    }

    @Test
    default void deletingAnAddressSucceedsAfterItsLinkIsGone() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0));
        host().outside.linkDelete(T0);

        host().delete(SampleLinks.innerAddress(0));
        assertThat(host().observe().addresses()).containsExactly(ADDRESS_OF_DEVICE);
    }

    @Test
    default void refusalsOfAnAddressReportTheErrno() throws Exception {
        host().create(SampleLinks.tunnel(0), SampleLinks.innerAddress(0));

        host().assertRefused(Operation.create(SampleLinks.innerAddress(0)), "EEXIST");
        host().assertRefused(Operation.create(SampleLinks.innerAddress(T1, 0)), "ENODEV");
    }

    @Test
    default void anAddressIsReadWithItsScopeAndWhetherItIsSecondary() throws Exception {
        Ipv4 second = Ipv4.of("203.0.113.9");
        Ipv4 linkLocal = Ipv4.of("169.254.7.1");
        host().outside.addressAdd(new LinkAddress(DEVICE, second, second, 24, "eth0"));
        LinkAddress narrow = new LinkAddress(DEVICE, linkLocal, linkLocal, 16, "eth0", LinkAddress.SCOPE_LINK, false);
        host().outside.addressAdd(narrow);

        // The kernel lists the narrowest scope first.
        assertThat(host().observe().addresses())
                .containsExactly(
                        narrow,
                        ADDRESS_OF_DEVICE,
                        new LinkAddress(DEVICE, second, second, 24, "eth0", LinkAddress.SCOPE_GLOBAL, true));
    }

    @Test
    default void anAddressIsCreatedWithItsScope() throws Exception {
        Ipv4 local = Ipv4.of("10.9.0.1");
        LinkAddress narrow = new LinkAddress(DEVICE, local, local, 24, "eth0", LinkAddress.SCOPE_LINK, false);
        host().create(narrow);
        assertThat(host().observe().addresses()).containsExactly(narrow, ADDRESS_OF_DEVICE);

        host().delete(narrow);
        assertThat(host().observe().addresses()).containsExactly(ADDRESS_OF_DEVICE);
    }

    @Test
    default void addressesOfALinkAreReadInTheKernelsOrder() throws Exception {
        List<LinkAddress> inOrder = List.of(
                SampleLinks.innerAddress(T0, 3), SampleLinks.innerAddress(T0, 1), SampleLinks.innerAddress(T0, 2));
        host().create(SampleLinks.tunnel(0));
        inOrder.forEach(host().outside::addressAdd);

        assertThat(host().observe().addresses())
                .filteredOn(address -> address.link().equals(T0))
                .isEqualTo(inOrder);
    }
}
