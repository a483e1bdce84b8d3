package io.ipipou.testkit;

import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.Optional;

/** Tunnels and addresses for tests. */
public final class SampleLinks {

    public static final LinkName T0 = new LinkName("t0");
    public static final LinkName T1 = new LinkName("t1");

    private SampleLinks() {}

    /** Managed tunnel t0, t1, t2, ...: up, each to its own peer on the device's network. */
    public static IpipLink tunnel(int number) {
        return tunnel(new LinkName("t" + number), number);
    }

    /** Tunnel {@code number} under another name. */
    public static IpipLink tunnel(LinkName name, int number) {
        Ipv4 remote = new Ipv4(Ipv4.of("203.0.113.10").bits() + number);
        OuterHeader outer = new OuterHeader(KernelUnderTest.DEVICE_ADDRESS, remote, Optional.empty(), 0, 0, true);
        return new IpipLink(name, outer, Encap.fou(10000, 20000 + number, false), 1472, true, Mark.of(name));
    }

    /** A tunnel that ipipou does not manage. */
    static IpipLink unmanagedTunnel(LinkName name, int number) {
        return with(tunnel(name, number), new Mark("other", 0));
    }

    /** The inner address of {@link #tunnel(int)}. */
    public static LinkAddress innerAddress(int number) {
        return innerAddress(new LinkName("t" + number), number);
    }

    static LinkAddress innerAddress(LinkName link, int number) {
        Ipv4 address = new Ipv4(Ipv4.of("172.28.0.0").bits() + 2 * number);
        return LinkAddress.pointToPoint(link, address, new Ipv4(address.bits() + 1));
    }

    static IpipLink with(IpipLink link, Mark mark) {
        return new IpipLink(link.name(), link.outer(), link.encap(), link.mtu(), link.up(), mark);
    }

    static IpipLink with(IpipLink link, OuterHeader outer) {
        return new IpipLink(link.name(), outer, link.encap(), link.mtu(), link.up(), link.mark());
    }

    static IpipLink with(IpipLink link, Encap encap) {
        return new IpipLink(link.name(), link.outer(), encap, link.mtu(), link.up(), link.mark());
    }

    static IpipLink with(IpipLink link, int mtu) {
        return new IpipLink(link.name(), link.outer(), link.encap(), mtu, link.up(), link.mark());
    }

    /** The tunnel bound to a device ({@code ip link ... dev}). */
    public static IpipLink boundTo(IpipLink link, LinkName device) {
        OuterHeader outer = link.outer();
        return with(
                link,
                new OuterHeader(
                        outer.local(),
                        outer.remote(),
                        Optional.of(device),
                        outer.ttl(),
                        outer.tos(),
                        outer.pmtudisc()));
    }

    /** The tunnel with {@code IFF_UP} cleared. */
    public static IpipLink down(IpipLink link) {
        return new IpipLink(link.name(), link.outer(), link.encap(), link.mtu(), false, link.mark());
    }
}
