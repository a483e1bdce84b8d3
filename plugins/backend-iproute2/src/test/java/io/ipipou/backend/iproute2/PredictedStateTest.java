package io.ipipou.backend.iproute2;

import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.innerAddress;
import static io.ipipou.testkit.SampleLinks.tunnel;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Predicts what the kernel changes by itself, and protects objects that were changed by others. */
final class PredictedStateTest {

    private static final Route ROUTE = Route.through(T0, Ipv4Prefix.of("10.20.0.0/16"));
    private static final FouListener LISTENER = FouListener.onPort(10000);
    private static final LinkName LO = new LinkName("lo");

    private final PredictedState predicted = new PredictedState(new ObservedState(
            Map.of(T0, new Device(T0, "ipip", 1472, true, Set.of()), LO, new Device(LO, "", 65536, true, Set.of())),
            Map.of(T0, tunnel(0)),
            Set.of(LISTENER),
            List.of(innerAddress(0), labelled("lo:ipipou", 1), labelled("lo", 2)),
            Set.of(ROUTE),
            Set.of(10000),
            Optional.empty(),
            Set.of()));

    private static LinkAddress labelled(String label, int number) {
        Ipv4 address = Ipv4.of("172.29.0." + number);
        return new LinkAddress(LO, address, address, 32, label);
    }

    @Test
    void onlyMissingObjectsAreGone() {
        assertThat(List.of(tunnel(0), innerAddress(0), ROUTE, LISTENER))
                .allSatisfy(present ->
                        assertThat(predicted.isGone(Operation.delete(present))).isFalse());
        assertThat(List.of(
                        tunnel(1),
                        innerAddress(1),
                        Route.through(LO, ROUTE.destination()),
                        FouListener.onPort(10001),
                        LinkAddress.pointToPoint(T0, innerAddress(0).address(), Ipv4.of("172.28.0.9"))))
                .allSatisfy(missing ->
                        assertThat(predicted.isGone(Operation.delete(missing))).isTrue());
    }

    /** A label marks an address as managed only on a link that is not. */
    @Test
    void aLabelCountsUnlessItIsTheNameOfTheLink() {
        assertThat(predicted.isGone(Operation.delete(labelled("lo", 1)))).isFalse();
        assertThat(predicted.isGone(Operation.delete(labelled("lo:ipipou", 1)))).isFalse();
        assertThat(predicted.isGone(Operation.delete(labelled("lo:ipipou", 2)))).isTrue();
    }

    @Test
    void addressesAndRoutesGoWithTheirLink() {
        predicted.apply(Operation.delete(tunnel(0)));
        assertThat(List.of(tunnel(0), innerAddress(0), ROUTE))
                .allSatisfy(gone ->
                        assertThat(predicted.isGone(Operation.delete(gone))).isTrue());
        assertThat(predicted.isGone(Operation.delete(LISTENER))).isFalse();

        predicted.apply(Operation.create(tunnel(0)));
        assertThat(predicted.isGone(Operation.delete(tunnel(0)))).isFalse();
        assertThat(predicted.isGone(Operation.delete(innerAddress(0)))).isTrue();
    }

    @Test
    void routesGoWithTheLastAddressOrWhenTheLinkGoesDown() {
        LinkAddress another = LinkAddress.pointToPoint(T0, Ipv4.of("172.28.0.6"), Ipv4.of("172.28.0.7"));
        predicted.apply(Operation.create(another));
        predicted.apply(Operation.delete(innerAddress(0)));
        assertThat(predicted.isGone(Operation.delete(ROUTE))).isFalse();
        predicted.apply(Operation.delete(another));
        assertThat(predicted.isGone(Operation.delete(ROUTE))).isTrue();

        predicted.apply(Operation.create(ROUTE));
        predicted.apply(Operation.update(tunnel(0), tunnel(0)));
        assertThat(predicted.isGone(Operation.delete(ROUTE))).isFalse();
        IpipLink down = new IpipLink(
                T0, tunnel(0).outer(), tunnel(0).encap(), 1472, false, tunnel(0).mark());
        predicted.apply(Operation.update(tunnel(0), down));
        assertThat(predicted.isGone(Operation.delete(ROUTE))).isTrue();
        assertThat(predicted.isGone(Operation.delete(tunnel(0)))).isFalse();
    }

    @Test
    void anUnmanagedLinkIsNotChanged() {
        IpipLink unmanaged = new IpipLink(
                new LinkName("t1"), tunnel(1).outer(), tunnel(1).encap(), 1472, true, new Mark("other", Mark.GROUP));
        predicted.apply(Operation.create(unmanaged));

        assertThat(predicted.validate(Operation.delete(tunnel(1)))).isPresent();
        assertThat(predicted.validate(Operation.update(tunnel(1), tunnel(1)))).isPresent();
        IpipLink loopback = tunnel(new LinkName("lo"), 7);
        assertThat(predicted.validate(Operation.delete(loopback))).isPresent();
        assertThat(predicted.validate(Operation.delete(tunnel(0)))).isEmpty();
        assertThat(predicted.validate(Operation.update(tunnel(0), tunnel(0)))).isEmpty();
        assertThat(predicted.validate(Operation.create(tunnel(1)))).isEmpty();
    }

    @Test
    void aMissingObjectCanBeDeletedButNotUpdated() {
        assertThat(predicted.validate(Operation.delete(tunnel(2)))).isEmpty();
        assertThat(predicted.validate(Operation.update(tunnel(2), tunnel(2))).map(Refusal::errno))
                .contains("ENODEV");
        Route gone = Route.through(T0, Ipv4Prefix.of("10.99.0.0/16"));
        assertThat(predicted.validate(Operation.delete(gone))).isEmpty();
        assertThat(predicted.validate(Operation.update(gone, gone)).map(Refusal::errno))
                .contains("ESRCH");
    }

    @Test
    void aRouteThatWasChangedIsNotUpdated() {
        Route elsewhere = Route.through(LO, ROUTE.destination());
        assertThat(predicted.validate(Operation.update(ROUTE, elsewhere))).isEmpty();
        assertThat(predicted.validate(Operation.update(elsewhere, ROUTE))).isPresent();

        predicted.apply(Operation.update(ROUTE, elsewhere));
        assertThat(predicted.isGone(Operation.delete(ROUTE))).isTrue();
        assertThat(predicted.isGone(Operation.delete(elsewhere))).isFalse();
    }
}
