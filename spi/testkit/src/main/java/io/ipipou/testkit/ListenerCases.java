package io.ipipou.testkit;

import static io.ipipou.testkit.KernelUnderTest.DEVICE_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Cases for FOU listeners. */
interface ListenerCases extends Cases {

    @Test
    @Covers(kind = FouListener.KIND, verb = Verb.CREATE)
    default void createListener() throws Exception {
        host().create(FouListener.onPort(1), FouListener.onPort(65535));

        assertThat(host().observe().listeners())
                .containsExactlyInAnyOrder(FouListener.onPort(1), FouListener.onPort(65535));
        assertThat(host().observe().udpPorts()).containsExactlyInAnyOrder(1, 65535);
    }

    @Test
    @Covers(kind = FouListener.KIND, verb = Verb.UPDATE)
    default void updatingAListenerIsRefusedAtPlanTime() {
        Operation update = Operation.update(FouListener.onPort(10000), FouListener.onPort(10001));

        assertThat(host().backend.validate(update)).isPresent();
    }

    @Test
    @Covers(kind = FouListener.KIND, verb = Verb.DELETE)
    default void deleteListener() throws Exception {
        host().create(FouListener.onPort(10000), FouListener.onPort(10001));

        host().delete(FouListener.onPort(10000));
        assertThat(host().observe().listeners()).containsExactly(FouListener.onPort(10001));

        host().delete(FouListener.onPort(10000)); // a missing listener counts as deleted
        assertThat(host().observe().listeners()).containsExactly(FouListener.onPort(10001));
    }

    @Test
    default void aPortInUseByAListenerIsRefused() throws Exception {
        host().create(FouListener.onPort(10000));

        host().assertRefused(Operation.create(FouListener.onPort(10000)), "EADDRINUSE");
    }

    @Test
    default void aPortInUseByAnotherProgramIsReadAndRefused() throws Exception {
        host().outside.udpOpen(10000);

        assertThat(host().observe().udpPorts()).containsExactly(10000);
        assertThat(host().observe().listeners()).isEmpty();
        host().assertRefused(Operation.create(FouListener.onPort(10000)), "EADDRINUSE");

        host().outside.udpClose(10000);
        host().create(FouListener.onPort(10000));
    }

    @Test
    default void listenersOfEveryFormAreReadAndDeletedExactly() throws Exception {
        Optional<String> device = Optional.of(KernelUnderTest.DEVICE.value());
        Optional<Endpoint> peer = Optional.of(new Endpoint(Ipv4.of("203.0.113.9"), 77));
        Set<FouListener> forms = Set.of(
                FouListener.onPort(5000),
                new FouListener(Ipv4.ANY, 5001, 0, true, Optional.empty(), Optional.empty()),
                new FouListener(Ipv4.ANY, 5002, 41, false, Optional.empty(), Optional.empty()),
                new FouListener(DEVICE_ADDRESS, 5003, 4, false, Optional.empty(), Optional.empty()),
                new FouListener(DEVICE_ADDRESS, 5004, 4, false, device, Optional.empty()),
                new FouListener(DEVICE_ADDRESS, 5005, 4, false, Optional.empty(), peer),
                new FouListener(DEVICE_ADDRESS, 5006, 0, true, device, peer));
        forms.forEach(host().outside::fouAdd);
        assertThat(host().observe().listeners()).isEqualTo(forms);

        host().execute(Host.deletions(forms.stream()));
        assertThat(host().observe().listeners()).isEmpty();
    }

    @Test
    default void deletingAListenerKeepsAnotherOneOnTheSamePort() throws Exception {
        FouListener other = new FouListener(DEVICE_ADDRESS, 10000, 4, false, Optional.empty(), Optional.empty());
        host().outside.fouAdd(other);

        host().delete(FouListener.onPort(10000));
        assertThat(host().observe().listeners()).containsExactly(other);
    }

    @Test
    default void aListenerIsDeletedAfterItsDeviceIsGone() throws Exception {
        LinkName device = new LinkName("d0");
        Ipv4 address = Ipv4.of("198.51.100.1");
        host().outside.linkAdd(device, "dummy");
        host().outside.linkUp(device);
        host().outside.addressAdd(new LinkAddress(device, address, address, 24, "d0"));
        host().outside.fouAdd(new FouListener(address, 10000, 4, false, Optional.of("d0"), Optional.empty()));
        host().outside.linkDelete(device);

        FouListener orphan = host().observe().listeners().iterator().next();
        assertThat(orphan.device().orElseThrow()).matches("if[0-9]+");
        host().delete(orphan);
        assertThat(host().observe().listeners()).isEmpty();
    }
}
