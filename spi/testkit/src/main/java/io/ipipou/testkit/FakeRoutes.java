package io.ipipou.testkit;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The routing tables of a {@link FakeKernel}: net/ipv4/fib_trie.c and fib_frontend.c in short. */
final class FakeRoutes {

    /** RTPROT_KERNEL: routes that the kernel adds for an address. */
    static final int PROTOCOL_KERNEL = 2;

    /** @param link 0 if there are several next hops */
    record Entry(Ipv4Prefix destination, int link, Optional<Ipv4> gateway, int metric, int protocol, int table) {

        private static Entry connected(FakeAddresses.Address address) {
            return new Entry(address.subnet(), address.link(), Optional.empty(), 0, PROTOCOL_KERNEL, Route.TABLE_MAIN);
        }

        private boolean hasSameKeyAs(Entry other) {
            return destination.equals(other.destination) && metric == other.metric && table == other.table;
        }
    }

    private final List<Entry> all = new ArrayList<>();

    List<Entry> all() {
        return List.copyOf(all);
    }

    /**
     * The route that the kernel chooses in the main table.
     *
     * @param link the only link to route through; 0 for any
     */
    Optional<Entry> best(Ipv4 destination, int link) {
        return all.stream()
                .filter(entry -> entry.table == Route.TABLE_MAIN
                        && entry.destination.contains(destination)
                        && (link == 0 ? entry.link != 0 : entry.link == link))
                .min(Comparator.comparing((Entry entry) -> -entry.destination.length())
                        .thenComparing(Entry::metric, Integer::compareUnsigned));
    }

    /** The link of the most specific route of the main table. */
    Optional<Integer> linkTowards(Ipv4 destination) {
        return all.stream()
                .filter(entry -> entry.table == Route.TABLE_MAIN && entry.destination.contains(destination))
                .max((a, b) -> Integer.compare(a.destination.length(), b.destination.length()))
                .map(Entry::link);
    }

    void add(Entry entry) throws KernelRefusal {
        checkGateway(entry);
        if (all.stream().anyMatch(entry::hasSameKeyAs)) {
            throw new KernelRefusal("EEXIST", "File exists: " + entry.destination);
        }
        all.add(entry);
    }

    /** As {@code ip route change}: replaces the route with the same destination, metric and table. */
    void replace(Entry entry) throws KernelRefusal {
        checkGateway(entry);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).hasSameKeyAs(entry)) {
                all.set(i, entry);
                return;
            }
        }
        throw new KernelRefusal("ENOENT", "No such file or directory: " + entry.destination);
    }

    void delete(Entry entry) throws KernelRefusal {
        if (!all.remove(entry)) {
            throw new KernelRefusal("ESRCH", "No such process: " + entry.destination);
        }
    }

    void deleteThrough(int link) {
        all.removeIf(entry -> entry.link == link);
    }

    /** Added next to a route with the same key (NLM_F_APPEND); an address with /32 and no peer gets none. */
    void addConnected(FakeAddresses.Address address) {
        boolean hostAddress = address.length() == 32 && address.peer().equals(address.local());
        Entry entry = Entry.connected(address);
        if (!address.secondary() && !hostAddress && !all.contains(entry)) {
            all.add(entry);
        }
    }

    void deleteConnected(FakeAddresses.Address address) {
        all.remove(Entry.connected(address));
    }

    private void checkGateway(Entry entry) throws KernelRefusal {
        boolean reachable = entry.gateway.isEmpty()
                || all.stream()
                        .anyMatch(other -> other.link == entry.link
                                && other.gateway.isEmpty()
                                && other.destination.contains(entry.gateway.get()));
        if (!reachable) {
            throw new KernelRefusal("ENETUNREACH", "Nexthop has invalid gateway: " + entry.gateway.get());
        }
    }
}
