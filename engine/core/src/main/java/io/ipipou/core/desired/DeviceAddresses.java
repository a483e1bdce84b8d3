package io.ipipou.core.desired;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import java.util.List;

/** The addresses of one device that a tunnel can use as its local address, in the kernel's order. */
record DeviceAddresses(List<LinkAddress> addresses) {

    private static final Ipv4Prefix LINK_LOCAL = Ipv4Prefix.of("169.254.0.0/16");

    static DeviceAddresses of(ObservedState observed, LinkName device) {
        return new DeviceAddresses(observed.addresses().stream()
                .filter(address -> address.link().equals(device) && !address.isAlias())
                .toList());
    }

    /**
     * Those to prefer, all equally good: of the widest scope, then primary ones, then those with a subnet. A virtual address of
     * VRRP, which comes and goes, is a /32 or secondary.
     */
    List<Ipv4> best() {
        int best = addresses.stream().mapToInt(DeviceAddresses::rank).min().orElse(0);
        return addresses.stream()
                .filter(address -> rank(address) == best)
                .map(LinkAddress::address)
                .toList();
    }

    /** Whether a tunnel that uses the address stays there: unless an address of a wider scope has come. */
    boolean canStay(Ipv4 address) {
        int widest = addresses.stream().mapToInt(DeviceAddresses::scope).min().orElse(0);
        return addresses.stream().anyMatch(own -> own.address().equals(address) && scope(own) == widest);
    }

    private static int rank(LinkAddress address) {
        boolean alone = address.prefixLength() == 32 && address.peer().equals(address.address());
        return scope(address) * 4 + (address.secondary() ? 2 : 0) + (alone ? 1 : 0);
    }

    /** 0 for an address that routers forward packets of. */
    private static int scope(LinkAddress address) {
        if (address.scope() >= LinkAddress.SCOPE_HOST) {
            return 2;
        }
        return address.scope() >= LinkAddress.SCOPE_LINK || LINK_LOCAL.contains(address.address()) ? 1 : 0;
    }
}
