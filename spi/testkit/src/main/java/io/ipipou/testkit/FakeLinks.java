package io.ipipou.testkit;

import io.ipipou.spi.state.Device;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The links of a {@link FakeKernel}: net/core/rtnetlink.c, net/ipv4/ip_tunnel.c and net/ipv4/ipip.c in short. */
final class FakeLinks {

    static final String IPIP = "ipip";
    static final LinkName LOOPBACK = new LinkName("lo");
    /** The fallback device of module ipip; its tunnel key is (any, any, any). */
    static final LinkName TUNL0 = new LinkName("tunl0");

    private static final int MIN_MTU = 68;
    private static final int MAX_PACKET = 65535;
    private static final int IPV4_HEADER = 20;
    private static final LinkCounters NO_TRAFFIC = new LinkCounters(0, 0, 0, 0, 0, 0, 0, 0);

    /** Mutable, so that a change which fails half way leaves what it has changed. */
    static final class Link {
        final int index;
        final String kind;
        LinkName name;
        int mtu;
        boolean up;
        Mark mark = new Mark("", 0);
        final Set<String> altNames = new TreeSet<>();
        /** The outer header of an IPIP link, without the device, which is {@link #underlying}. */
        OuterHeader outer = new OuterHeader(Ipv4.ANY, Ipv4.ANY, Optional.empty(), 0, 0, false);
        /** The index of the link that packets must leave by, 0 for any; kept when that link is deleted. */
        int underlying;

        Encap encap = Encap.NONE;
        LinkCounters counters = NO_TRAFFIC;

        private Link(int index, LinkName name, String kind, int mtu) {
            this.index = index;
            this.name = name;
            this.kind = kind;
            this.mtu = mtu;
        }

        Device device() {
            return new Device(name, kind, mtu, up, altNames);
        }

        boolean isIpip() {
            return kind.equals(IPIP);
        }

        LinkCounters plusSent(long packets, long bytes) {
            LinkCounters old = counters;
            return new LinkCounters(
                    old.receivedPackets(),
                    old.receivedBytes(),
                    old.receiveErrors(),
                    old.receiveDropped(),
                    old.sentPackets() + packets,
                    old.sentBytes() + bytes,
                    old.sendErrors(),
                    old.sendDropped());
        }

        private boolean hasKey(OuterHeader other, int otherUnderlying) {
            return outer.local().equals(other.local())
                    && outer.remote().equals(other.remote())
                    && underlying == otherUnderlying;
        }
    }

    private final Map<Integer, Link> byIndex = new TreeMap<>();
    private int lastIndex;

    FakeLinks() {
        add(LOOPBACK, "", 65536);
        add(TUNL0, IPIP, 1480);
    }

    Collection<Link> all() {
        return byIndex.values();
    }

    Optional<Link> find(LinkName name) {
        return byIndex.values().stream().filter(link -> link.name.equals(name)).findFirst();
    }

    Link get(LinkName name) throws KernelRefusal {
        return find(name).orElseThrow(() -> new KernelRefusal("ENODEV", "Cannot find device " + name));
    }

    /** The name, or {@code ifN} if the link was deleted; empty for index 0. */
    Optional<LinkName> nameOf(int index) {
        if (index == 0) {
            return Optional.empty();
        }
        Link link = byIndex.get(index);
        return Optional.of(link == null ? new LinkName("if" + index) : link.name);
    }

    /** @return 0 for no name */
    int indexOf(Optional<LinkName> name) throws KernelRefusal {
        if (name.isEmpty()) {
            return 0;
        }
        String text = name.get().value();
        Optional<Link> link = find(name.get());
        return link.isEmpty() && text.matches("if[1-9][0-9]{0,8}")
                ? Integer.parseInt(text.substring(2))
                : get(name.get()).index;
    }

    void create(LinkName name, String kind) throws KernelRefusal {
        checkFree(name);
        add(name, kind, 1500);
    }

    void create(IpipLink wanted) throws KernelRefusal {
        int underlying = indexOf(wanted.outer().device());
        checkFree(wanted.name());
        checkEncap(wanted.encap());
        checkKeyFree(wanted.outer(), underlying, 0);
        Link link = add(wanted.name(), IPIP, 0);
        setOuter(link, wanted.outer(), underlying);
        link.encap = wanted.encap();
        link.mtu = Math.min(Math.max(wanted.mtu(), MIN_MTU), maxMtu(link)); // ip_tunnel_newlink clamps
        link.mark = wanted.mark();
        link.up = wanted.up();
    }

    /** In the kernel's order, since fields set before a refusal stay changed. The caller sets {@code up}. */
    void change(Link link, IpipLink wanted) throws KernelRefusal {
        int underlying = indexOf(wanted.outer().device());
        checkEncap(wanted.encap());
        link.encap = wanted.encap();
        checkKeyFree(wanted.outer(), underlying, link.index);
        if (link.outer.remote().isAny() != wanted.outer().remote().isAny()) { // would change IFF_POINTOPOINT
            throw new KernelRefusal("EINVAL", "the remote of " + link.name + " cannot be added or removed");
        }
        setOuter(link, wanted.outer(), underlying);
        setMtu(link, wanted.mtu());
        link.mark = wanted.mark();
    }

    void setMtu(Link link, int mtu) throws KernelRefusal {
        if (mtu < MIN_MTU || mtu > maxMtu(link)) {
            throw new KernelRefusal("EINVAL", "mtu " + mtu + " of " + link.name);
        }
        link.mtu = mtu;
    }

    void rename(Link link, LinkName to) throws KernelRefusal {
        checkFree(to);
        link.name = to;
    }

    void delete(Link link) {
        byIndex.remove(link.index);
    }

    private Link add(LinkName name, String kind, int mtu) {
        Link link = new Link(++lastIndex, name, kind, mtu);
        byIndex.put(link.index, link);
        return link;
    }

    private void checkFree(LinkName name) throws KernelRefusal {
        if (name.value().equals("all") || name.value().equals("default")) { // directories in /proc/sys/net/ipv4/conf
            throw new KernelRefusal("EINVAL", "Invalid argument: " + name);
        }
        if (isTaken(name.value())) {
            throw new KernelRefusal("EEXIST", "File exists: " + name);
        }
    }

    void addAltName(Link link, String altName) throws KernelRefusal {
        if (isTaken(altName)) {
            throw new KernelRefusal("EEXIST", "File exists: " + altName);
        }
        link.altNames.add(altName);
    }

    private boolean isTaken(String name) {
        return byIndex.values().stream()
                .anyMatch(link -> link.name.value().equals(name) || link.altNames.contains(name));
    }

    private void checkKeyFree(OuterHeader outer, int underlying, int except) throws KernelRefusal {
        for (Link other : byIndex.values()) {
            if (other.isIpip() && other.index != except && other.hasKey(outer, underlying)) {
                throw new KernelRefusal("EEXIST", "File exists: " + other.name + " has " + outer.key());
            }
        }
    }

    private static void checkEncap(Encap encap) throws KernelRefusal {
        if (encap.type() == EncapType.MPLS) {
            throw new KernelRefusal("EINVAL", "no such encapsulation");
        }
    }

    private static void setOuter(Link link, OuterHeader wanted, int underlying) {
        link.underlying = underlying;
        boolean dontFragment = wanted.pmtudisc() || wanted.ttl() != 0; // a fixed TTL implies it
        link.outer = new OuterHeader(
                wanted.local(), wanted.remote(), Optional.empty(), wanted.ttl(), wanted.tos(), dontFragment);
    }

    private static int maxMtu(Link link) {
        return link.isIpip() ? MAX_PACKET - IPV4_HEADER - headerOf(link.encap.type()) : MAX_PACKET;
    }

    private static int headerOf(EncapType type) {
        return switch (type) {
            case NONE, MPLS -> 0;
            case FOU -> 8;
            case GUE -> 12;
        };
    }
}
