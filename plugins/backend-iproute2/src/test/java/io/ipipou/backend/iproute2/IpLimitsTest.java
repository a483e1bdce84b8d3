package io.ipipou.backend.iproute2;

import static io.ipipou.testkit.SampleLinks.T0;
import static io.ipipou.testkit.SampleLinks.boundTo;
import static io.ipipou.testkit.SampleLinks.innerAddress;
import static io.ipipou.testkit.SampleLinks.tunnel;
import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the backend refuses at plan time. */
final class IpLimitsTest {

    private static final Encap FOU = Encap.fou(10000, 20000, false);

    @ParameterizedTest
    @ValueSource(strings = {"t", "dev", "if7", "-", "--help", "a'b", "a\"b", "a\\", "ünï", "fifteen-bytes-0"})
    void namesThatIpCanExpress(String name) {
        assertThat(IpLimits.validate(Operation.create(named(name)))).isEmpty();
        assertThat(IpLimits.validate(Operation.delete(named(name)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#b", "a'b\""})
    void namesThatIpCannotExpress(String name) {
        assertThat(IpLimits.validate(Operation.create(named(name))).orElseThrow())
                .contains(name);
        assertThat(IpLimits.validate(Operation.delete(named(name)))).isPresent();
        assertThat(IpLimits.validate(Operation.create(boundTo(tunnel(0), new LinkName(name)))))
                .isPresent();
        assertThat(IpLimits.validate(Operation.create(Route.through(new LinkName(name), Ipv4Prefix.of("10.0.0.0/8")))))
                .isPresent();
        LinkAddress address = LinkAddress.pointToPoint(new LinkName(name), Ipv4.of("10.0.0.1"), Ipv4.of("10.0.0.2"));
        assertThat(IpLimits.validate(Operation.create(address))).isPresent();
    }

    private static IpipLink named(String name) {
        return tunnel(new LinkName(name), 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, true, true", "255, 255, true, true", "0, 0, false, true", "1, 0, false, false",
        "256, 0, true, false", "-1, 0, true, false", "0, 256, true, false", "0, -1, true, false"
    })
    void ttlAndTosAreBytesAndAFixedTtlRequiresPmtudisc(int ttl, int tos, boolean pmtudisc, boolean allowed) {
        OuterHeader outer = new OuterHeader(Ipv4.ANY, Ipv4.of("203.0.113.2"), Optional.empty(), ttl, tos, pmtudisc);
        assertThat(isRefused(new IpipLink(T0, outer, FOU, 1400, true, Mark.of(T0))))
                .isEqualTo(!allowed);
    }

    @Test
    void encapsulationIsFouOrGueWithValidPorts() {
        assertThat(isRefused(with(Encap.NONE, Mark.of(T0)))).isFalse();
        assertThat(isRefused(with(Encap.fou(65535, 65535, true), Mark.of(T0)))).isFalse();
        assertThat(isRefused(with(Encap.fou(65536, 1, true), Mark.of(T0)))).isTrue();
        assertThat(isRefused(with(Encap.fou(0, -1, true), Mark.of(T0)))).isTrue();
        assertThat(isRefused(with(new Encap(EncapType.MPLS, 0, 0, false), Mark.of(T0))))
                .isTrue();
    }

    @Test
    void anAliasHasAtMost255BytesAndAGroup31Bits() {
        assertThat(isRefused(with(FOU, new Mark("a".repeat(255), Integer.MAX_VALUE))))
                .isFalse();
        assertThat(isRefused(with(FOU, new Mark("a".repeat(256), 0)))).isTrue();
        assertThat(isRefused(with(FOU, new Mark("ü".repeat(128), 0)))).isTrue();
        assertThat(isRefused(with(FOU, new Mark("a\nb", 0)))).isTrue();
        assertThat(isRefused(with(FOU, new Mark("", -1)))).isTrue();
    }

    private static IpipLink with(Encap encap, Mark mark) {
        return new IpipLink(T0, tunnel(0).outer(), encap, 1400, true, mark);
    }

    /** A deletion contains only the name. */
    @Test
    void anyLinkThatCanBeNamedCanBeDeleted() {
        IpipLink inexpressible = with(new Encap(EncapType.MPLS, -1, -1, false), new Mark("a#b", -1));
        assertThat(IpLimits.validate(Operation.delete(inexpressible))).isEmpty();
        assertThat(IpLimits.validate(Operation.update(inexpressible, tunnel(0))))
                .isEmpty();
        assertThat(IpLimits.validate(Operation.update(tunnel(0), inexpressible)))
                .isPresent();
    }

    @Test
    void anAddressHasAPrefixAndAShortLabel() {
        Ipv4 address = Ipv4.of("10.0.0.1");
        assertThat(isRefused(new LinkAddress(T0, address, address, 1, "t0:x"))).isFalse();
        assertThat(isRefused(new LinkAddress(T0, address, address, 0, "t0"))).isTrue();
        assertThat(isRefused(new LinkAddress(T0, address, address, 33, "t0"))).isTrue();
        assertThat(isRefused(new LinkAddress(T0, address, address, 32, ""))).isTrue();
        assertThat(isRefused(new LinkAddress(T0, address, address, 32, "t0:4567890123456")))
                .isTrue();
        assertThat(isRefused(new LinkAddress(T0, address, address, 32, "t0#"))).isTrue();
    }

    @Test
    void routesAndListenersHaveValidProtocols() {
        Ipv4Prefix network = Ipv4Prefix.of("10.0.0.0/8");
        assertThat(isRefused(new Route(network, Optional.of(T0), Optional.empty(), -1, 255)))
                .isFalse();
        assertThat(isRefused(new Route(network, Optional.empty(), Optional.empty(), 0, 4)))
                .isTrue();
        assertThat(isRefused(new Route(network, Optional.of(T0), Optional.empty(), 0, 256)))
                .isTrue();
        assertThat(isRefused(listener(4, false, "if7"))).isFalse();
        assertThat(isRefused(listener(0, true, "d0"))).isFalse();
        assertThat(isRefused(listener(0, false, "d0"))).isTrue();
        assertThat(isRefused(listener(256, false, "d0"))).isTrue();
        assertThat(isRefused(listener(4, false, "d#"))).isTrue();
    }

    private static FouListener listener(int protocol, boolean gue, String device) {
        return new FouListener(Ipv4.ANY, 1, protocol, gue, Optional.of(device), Optional.empty());
    }

    @Test
    void onlyLinksAndRoutesAreChangedInPlace() {
        Route route = Route.through(T0, Ipv4Prefix.of("10.0.0.0/8"));
        Route worse = new Route(route.destination(), route.device(), Optional.empty(), 1, 4);
        assertThat(IpLimits.validate(Operation.update(tunnel(0), tunnel(0)))).isEmpty();
        assertThat(IpLimits.validate(Operation.update(route, route))).isEmpty();
        assertThat(IpLimits.validate(Operation.update(route, worse))).isPresent();
        assertThat(IpLimits.validate(Operation.update(tunnel(0), tunnel(1)))).isPresent();
        assertThat(IpLimits.validate(Operation.update(tunnel(0), route))).isPresent();
        assertThat(IpLimits.validate(Operation.update(FouListener.onPort(1), FouListener.onPort(2))))
                .isPresent();
        assertThat(IpLimits.validate(Operation.update(innerAddress(0), innerAddress(1))))
                .isPresent();
    }

    private static boolean isRefused(Resource resource) {
        return IpLimits.validate(Operation.create(resource)).isPresent();
    }
}
