package io.ipipou.testkit;

import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.NftValue;
import io.ipipou.spi.state.RuleCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The nftables tables of a {@link FakeKernel}: net/netfilter/nf_tables_api.c. */
final class FakeTables {

    /** The family of the tables that backends write. */
    static final String IP = "ip";

    /** @param family as nft calls it */
    record Name(String family, String name) {

        /** The one of that name that backends write. */
        static Name ip(String name) {
            return new Name(IP, name);
        }
    }

    /** @param until what the clock shows when it goes */
    private record Stored(Optional<NftValue> data, Optional<Duration> until) {}

    private record Key(String set, List<NftValue> key) {
        private static Key of(NftElement element) {
            return new Key(element.set(), element.key());
        }
    }

    /** What is left of a rate limit: it costs a packet {@code 1 s / rate} of it, and fills up with time. */
    private record Bucket(Duration tokens, Duration at) {}

    /**
     * @param counters by the rules' comments
     * @param buckets by the statement, or the set and key
     */
    private record Table(
            NftTable layout,
            Map<Key, Stored> elements,
            Map<String, RuleCounter> counters,
            Map<Object, Bucket> buckets) {

        private static Table empty(NftTable layout) {
            return new Table(layout, new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
        }

        private Table with(NftTable newLayout) {
            return new Table(newLayout, elements, counters, buckets);
        }

        private Table copy() {
            return new Table(layout, new LinkedHashMap<>(elements), new HashMap<>(counters), new HashMap<>(buckets));
        }
    }

    private Map<Name, Table> all = new LinkedHashMap<>();
    private Duration now = Duration.ZERO;

    /** All of it is done, or none. */
    void transact(WriteFaults.Step steps) throws KernelRefusal {
        Map<Name, Table> before = new LinkedHashMap<>();
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
        Predicate<Stored> isOver = stored ->
                stored.until.filter(until -> until.compareTo(now) <= 0).isPresent();
        all.values().forEach(table -> table.elements.values().removeIf(isOver));
    }

    Stream<Map.Entry<Name, NftTable>> layouts() {
        return all.entrySet().stream().map(entry -> Map.entry(entry.getKey(), entry.getValue().layout));
    }

    Optional<NftTable> layout(Name name) {
        return find(name).map(Table::layout);
    }

    /** But for those that packets made. */
    Set<NftElement> elements(Name name) {
        return find(name).stream()
                .flatMap(table -> table.elements.entrySet().stream()
                        .filter(entry -> table.layout
                                .set(entry.getKey().set)
                                .filter(set -> set.meter().isEmpty())
                                .isPresent())
                        .map(entry -> element(name, entry.getKey(), entry.getValue())))
                .collect(Collectors.toSet());
    }

    Optional<NftElement> lookUp(Name name, String set, List<NftValue> key) {
        Key of = new Key(set, key);
        return find(name)
                .flatMap(table -> Optional.ofNullable(table.elements.get(of)).map(stored -> element(name, of, stored)));
    }

    Map<String, RuleCounter> counters(Name name) {
        Map<String, RuleCounter> counters = new HashMap<>();
        find(name).ifPresent(table -> rules(table.layout)
                .filter(rule -> rule.statements().contains(new NftStatement.Counter()))
                .forEach(rule -> counters.put(
                        rule.comment(), table.counters.getOrDefault(rule.comment(), new RuleCounter(0, 0)))));
        return counters;
    }

    void count(Name name, String comment, int bytes) {
        find(name)
                .ifPresent(table -> table.counters.merge(
                        comment,
                        new RuleCounter(1, bytes),
                        (a, b) -> new RuleCounter(a.packets() + b.packets(), a.bytes() + b.bytes())));
    }

    /** Takes a packet off a limit's bucket, as net/netfilter/nft_limit.c; whether there was too little in it. */
    boolean isOver(Name name, Object limit, NftStatement.RateOver rate) {
        Duration cost = Duration.ofSeconds(1).dividedBy(rate.packetsPerSecond());
        Duration full = cost.multipliedBy(rate.burst());
        Map<Object, Bucket> buckets = find(name).orElseThrow().buckets;
        Bucket bucket = buckets.getOrDefault(limit, new Bucket(full, now));
        Duration filled = bucket.tokens.plus(now.minus(bucket.at));
        Duration tokens = filled.compareTo(full) > 0 ? full : filled;
        boolean over = tokens.compareTo(cost) < 0;
        buckets.put(limit, new Bucket(over ? tokens : tokens.minus(cost), now));
        return over;
    }

    void create(Name name, NftTable wanted) throws KernelRefusal {
        if (all.containsKey(name)) {
            throw exists("table " + wanted.name());
        }
        put(name, Table.empty(wanted));
    }

    void delete(Name name) {
        all.remove(name);
    }

    void flush() {
        all.clear();
    }

    /** Sends what makes one of the other, to whatever the table is by now. */
    void update(NftTable before, NftTable after) throws KernelRefusal {
        Name name = Name.ip(after.name());
        Table table = get(name);
        Map<String, NftSet> sets = new LinkedHashMap<>();
        table.layout.sets().forEach(set -> sets.put(set.name(), set));
        Map<String, NftChain> chains = new LinkedHashMap<>();
        table.layout.chains().forEach(chain -> chains.put(chain.name(), chain));
        for (NftSet old : before.sets()) {
            boolean stays = after.set(old.name()).equals(Optional.of(old));
            if (stays ? !sets.containsKey(old.name()) : sets.remove(old.name()) == null) {
                throw missing("set " + old.name());
            }
            if (!stays) {
                table.elements.keySet().removeIf(key -> key.set.equals(old.name()));
            }
        }
        for (NftSet set : after.sets()) {
            boolean stays = before.set(set.name()).equals(Optional.of(set));
            if (!stays && sets.put(set.name(), set) != null) {
                throw exists("set " + set.name());
            }
        }
        for (NftChain chain : before.chains()) {
            if (chains.remove(chain.name()) == null) {
                throw missing("chain " + chain.name());
            }
        }
        for (NftChain chain : after.chains()) {
            if (chains.put(chain.name(), chain) != null) {
                throw exists("chain " + chain.name());
            }
        }
        table.counters.clear();
        table.buckets.clear();
        put(name, table.with(new NftTable(after.name(), List.copyOf(sets.values()), List.copyOf(chains.values()))));
    }

    void create(NftElement wanted) throws KernelRefusal {
        Table table = get(Name.ip(wanted.table()));
        NftSet set = table.layout.set(wanted.set()).orElseThrow(() -> missing("set " + wanted.set()));
        boolean fits = wanted.key().stream().map(NftValue::type).toList().equals(set.key())
                && wanted.data().map(NftValue::type).equals(set.data())
                && (wanted.timeout().isEmpty() || set.timeouts());
        if (!fits) {
            throw new KernelRefusal("EINVAL", "Invalid argument: " + wanted.id() + wanted.summary() + " in " + set);
        }
        Optional<Duration> timeout = wanted.timeout().or(() -> set.meter().map(NftSet.Meter::timeout));
        Stored there = table.elements.putIfAbsent(Key.of(wanted), new Stored(wanted.data(), timeout.map(now::plus)));
        if (there != null && !there.data.equals(wanted.data())) {
            throw exists(wanted.id().toString());
        }
    }

    /** Deletes and adds it, which renews its time. */
    void update(NftElement before, NftElement after) throws KernelRefusal {
        if (get(Name.ip(before.table())).elements.remove(Key.of(before)) == null) {
            throw missing(before.id().toString());
        }
        create(after);
    }

    void delete(NftElement element) {
        find(Name.ip(element.table())).ifPresent(table -> table.elements.remove(Key.of(element)));
    }

    void addSet(String table, NftSet set) throws KernelRefusal {
        NftTable layout = get(Name.ip(table)).layout;
        if (layout.set(set.name()).isPresent()) {
            throw exists("set " + set.name());
        }
        List<NftSet> sets = new ArrayList<>(layout.sets());
        sets.add(set);
        put(Name.ip(table), get(Name.ip(table)).with(new NftTable(table, sets, layout.chains())));
    }

    void insertRule(String table, String chain, int index, NftRule rule) throws KernelRefusal {
        List<NftRule> rules = rules(table, chain);
        if (index > rules.size()) {
            throw missing("rule " + index);
        }
        rules.add(index, rule);
        setRules(table, chain, rules);
    }

    void deleteRule(String table, String chain, int index) throws KernelRefusal {
        List<NftRule> rules = rules(table, chain);
        if (index >= rules.size()) {
            throw missing("rule " + index);
        }
        get(Name.ip(table)).counters.remove(rules.remove(index).comment());
        setRules(table, chain, rules);
    }

    private List<NftRule> rules(String table, String chain) throws KernelRefusal {
        return get(Name.ip(table)).layout.chains().stream()
                .filter(it -> it.name().equals(chain))
                .findFirst()
                .map(it -> new ArrayList<>(it.rules()))
                .orElseThrow(() -> missing("chain " + chain));
    }

    private void setRules(String table, String chain, List<NftRule> rules) throws KernelRefusal {
        Table old = get(Name.ip(table));
        List<NftChain> chains = old.layout.chains().stream()
                .map(it -> it.name().equals(chain) ? new NftChain(chain, it.base(), rules) : it)
                .toList();
        put(Name.ip(table), old.with(new NftTable(table, old.layout.sets(), chains)));
    }

    /** A rule leads only to what is there; what a rule leads to cannot go. */
    private void put(Name name, Table table) throws KernelRefusal {
        Set<String> sets = table.layout.sets().stream().map(NftSet::name).collect(Collectors.toSet());
        Set<String> chains = table.layout.chains().stream().map(NftChain::name).collect(Collectors.toSet());
        List<NftStatement> statements =
                rules(table.layout).flatMap(rule -> rule.statements().stream()).toList();
        for (NftStatement statement : statements) {
            String set = setOf(statement);
            String chain = chainOf(statement);
            if ((set != null && !sets.contains(set)) || (chain != null && !chains.contains(chain))) {
                throw missing("what '" + statement + "' leads to");
            }
        }
        all.put(name, table);
    }

    private static @Nullable String setOf(NftStatement statement) {
        if (statement instanceof NftStatement.Lookup lookup) {
            return lookup.set();
        }
        if (statement instanceof NftStatement.Rewrite rewrite) {
            return rewrite.map();
        }
        return statement instanceof NftStatement.RateOverByKey rate ? rate.set() : null;
    }

    private static @Nullable String chainOf(NftStatement statement) {
        if (statement instanceof NftStatement.Jump jump) {
            return jump.chain();
        }
        return statement instanceof NftStatement.Goto away ? away.chain() : null;
    }

    private static Stream<NftRule> rules(NftTable layout) {
        return layout.chains().stream().flatMap(chain -> chain.rules().stream());
    }

    private NftElement element(Name name, Key key, Stored stored) {
        return new NftElement(name.name, key.set, key.key, stored.data, stored.until.map(until -> until.minus(now)));
    }

    private Optional<Table> find(Name name) {
        return Optional.ofNullable(all.get(name));
    }

    private Table get(Name name) throws KernelRefusal {
        return find(name).orElseThrow(() -> missing("table " + name.name));
    }

    private static KernelRefusal missing(String what) {
        return new KernelRefusal("ENOENT", "No such file or directory: " + what);
    }

    private static KernelRefusal exists(String what) {
        return new KernelRefusal("EEXIST", "File exists: " + what);
    }
}
