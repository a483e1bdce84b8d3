package io.ipipou.testkit;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The IPv4 addresses of a {@link FakeKernel}: net/ipv4/devinet.c with promote_secondaries=1, as systemd sets it. */
final class FakeAddresses {

    /** @param secondary whether another address of the link in the same subnet is the primary one */
    record Address(int link, Ipv4 local, Ipv4 peer, int length, String label, int scope, boolean secondary) {

        Ipv4Prefix subnet() {
            return Ipv4Prefix.containing(peer, length);
        }

        private boolean sharesSubnet(Address other) {
            return link == other.link && subnet().equals(other.subnet());
        }

        private Address with(String newLabel, boolean nowSecondary) {
            return new Address(link, local, peer, length, newLabel, scope, nowSecondary);
        }
    }

    private final List<Address> all = new ArrayList<>();

    /** For each link in the kernel's order: primary addresses first. */
    List<Address> all() {
        return List.copyOf(all);
    }

    List<Address> of(int link) {
        return all.stream().filter(address -> address.link == link).toList();
    }

    boolean has(Ipv4 local) {
        return all.stream().anyMatch(address -> address.local.equals(local));
    }

    Address add(int link, LinkAddress wanted) throws KernelRefusal {
        Address address = new Address(
                link, wanted.address(), wanted.peer(), wanted.prefixLength(), wanted.label(), wanted.scope(), false);
        List<Address> sameSubnet = all.stream().filter(address::sharesSubnet).toList();
        if (sameSubnet.stream().anyMatch(other -> other.local.equals(address.local))) {
            throw new KernelRefusal("EEXIST", "Address already assigned: " + wanted.id());
        }
        if (sameSubnet.stream().anyMatch(other -> other.scope != address.scope)) {
            throw new KernelRefusal("EINVAL", "Invalid scope value: " + wanted.id());
        }
        return insert(address.with(address.label, !sameSubnet.isEmpty()));
    }

    /** Looks up an address by link, local address and subnet, as RTM_DELADDR does. */
    Optional<Address> find(int link, LinkAddress wanted) {
        Ipv4Prefix subnet = Ipv4Prefix.containing(wanted.peer(), wanted.prefixLength());
        return of(link).stream()
                .filter(address -> address.local.equals(wanted.address())
                        && address.subnet().equals(subnet))
                .findFirst();
    }

    /** @return the address that became the primary one of the subnet in its place */
    Optional<Address> delete(Address address) {
        all.remove(address);
        if (address.secondary) {
            return Optional.empty();
        }
        Optional<Address> promoted = all.stream().filter(address::sharesSubnet).findFirst();
        promoted.ifPresent(all::remove);
        return promoted.map(old -> insert(old.with(old.label, false)));
    }

    void deleteAll(int link) {
        all.removeIf(address -> address.link == link);
    }

    /** As inetdev_changename: the first label becomes the name of the link, others keep or get a suffix. */
    void relabel(int link, LinkName name) {
        int named = 0;
        for (int i = 0; i < all.size(); i++) {
            Address address = all.get(i);
            if (address.link == link) {
                named++;
                int colon = address.label.indexOf(':');
                String suffix = colon >= 0 ? address.label.substring(colon) : ":" + named;
                all.set(i, address.with(named == 1 ? name.value() : name + suffix, address.secondary));
            }
        }
    }

    /** As __inet_insert_ifa: the primary addresses of a link before its secondary ones, those of the narrowest scope first. */
    private Address insert(Address address) {
        int at = all.size();
        for (int i = 0; i < all.size() && !address.secondary; i++) {
            Address other = all.get(i);
            if (other.link == address.link && (other.secondary || other.scope < address.scope)) {
                at = i;
                break;
            }
        }
        all.add(at, address);
        return address;
    }
}
