package io.ipipou.testkit;

import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The nftables tables of a {@link FakeKernel}: net/netfilter/nf_tables_api.c in short. */
final class FakeTables {

    private static final String IP = "ip";

    /** @param family as nft calls it */
    record Name(String family, String name) {

        /** A table of the family {@code ip}. */
        static Name ip(String name) {
            return new Name(IP, name);
        }
    }

    private Map<Name, FakeTable> all = new LinkedHashMap<>();
    private Duration now = Duration.ZERO;

    /** Undoes the steps if one of them is refused. */
    void transact(WriteFaults.Step steps) throws KernelRefusal {
        Map<Name, FakeTable> before = new LinkedHashMap<>();
        all.forEach((name, table) -> before.put(name, table.copy()));
        try {
            steps.run();
        } catch (KernelRefusal refusal) {
            all = before;
            throw refusal;
        }
    }

    void passTime(Duration time) {
        now = now.plus(time);
        all.values().forEach(FakeTable::removeExpired);
    }

    /** The tables that IPv4 packets pass. */
    Stream<FakeTable> ipTables() {
        return all.entrySet().stream()
                .filter(entry -> entry.getKey().family().equals(IP))
                .map(Map.Entry::getValue);
    }

    Optional<FakeTable> find(Name name) {
        return Optional.ofNullable(all.get(name));
    }

    /** A table of the family {@code ip}, which must exist. */
    FakeTable get(String name) throws KernelRefusal {
        return find(Name.ip(name)).orElseThrow(() -> KernelRefusal.missing("table " + name));
    }

    void create(Name name, NftTable wanted) throws KernelRefusal {
        if (all.containsKey(name)) {
            throw KernelRefusal.exists("table " + wanted.name());
        }
        all.put(name, new FakeTable(wanted, () -> now));
    }

    void delete(Name name) {
        all.remove(name);
    }

    void flush() {
        all.clear();
    }

    void create(NftElement element) throws KernelRefusal {
        get(element.table()).create(element);
    }

    /** Deletes and adds the element, which resets its timeout. */
    void update(NftElement before, NftElement after) throws KernelRefusal {
        if (!get(before.table()).delete(before)) {
            throw KernelRefusal.missing(before.id().toString());
        }
        create(after);
    }

    void delete(NftElement element) {
        find(Name.ip(element.table())).ifPresent(table -> table.delete(element));
    }
}
