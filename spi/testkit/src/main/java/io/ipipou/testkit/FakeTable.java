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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One table of {@link FakeTables}, with its elements, counters and rate limits. */
final class FakeTable {

    /** @param expiry the clock time at which the element expires */
    private record Stored(Optional<NftValue> data, Optional<Duration> expiry) {}

    private record Key(String set, List<NftValue> key) {
        private static Key of(NftElement element) {
            return new Key(element.set(), element.key());
        }
    }

    /** A token bucket: a packet takes {@code 1 s / rate} of tokens, and time refills it. */
    private record Bucket(Duration tokens, Duration at) {}

    private final Supplier<Duration> clock;
    private NftTable layout;
    private final Map<Key, Stored> elements;
    private final Map<String, RuleCounter> counters;
    private final Map<Object, Bucket> buckets;

    FakeTable(NftTable layout, Supplier<Duration> clock) throws KernelRefusal {
        this(layout, clock, Map.of(), Map.of(), Map.of());
        setLayout(layout);
    }

    private FakeTable(
            NftTable layout,
            Supplier<Duration> clock,
            Map<Key, Stored> elements,
            Map<String, RuleCounter> counters,
            Map<Object, Bucket> buckets) {
        this.clock = clock;
        this.layout = layout;
        this.elements = new LinkedHashMap<>(elements);
        this.counters = new HashMap<>(counters);
        this.buckets = new HashMap<>(buckets);
    }

    FakeTable copy() {
        return new FakeTable(layout, clock, elements, counters, buckets);
    }

    NftTable layout() {
        return layout;
    }

    /** The elements, except those that packets added. */
    Set<NftElement> elements() {
        return elements.entrySet().stream()
                .filter(entry -> layout.set(entry.getKey().set)
                        .filter(set -> set.meter().isEmpty())
                        .isPresent())
                .map(entry -> element(entry.getKey(), entry.getValue()))
                .collect(Collectors.toSet());
    }

    Optional<NftElement> lookUp(String set, List<NftValue> key) {
        Key wanted = new Key(set, key);
        return Optional.ofNullable(elements.get(wanted)).map(stored -> element(wanted, stored));
    }

    private NftElement element(Key key, Stored stored) {
        Optional<Duration> remaining = stored.expiry.map(expiry -> expiry.minus(clock.get()));
        return new NftElement(layout.name(), key.set, key.key, stored.data, remaining);
    }

    void removeExpired() {
        elements.values().removeIf(stored -> stored.expiry
                .filter(expiry -> expiry.compareTo(clock.get()) <= 0)
                .isPresent());
    }

    /** The counters of rules that have one, by the rules' comments. */
    Map<String, RuleCounter> counters() {
        return rules().filter(rule -> rule.statements().contains(new NftStatement.Counter()))
                .collect(Collectors.toMap(
                        NftRule::comment,
                        rule -> counters.getOrDefault(rule.comment(), new RuleCounter(0, 0)),
                        (one, other) -> one));
    }

    void count(String comment, int bytes) {
        counters.merge(
                comment,
                new RuleCounter(1, bytes),
                (a, b) -> new RuleCounter(a.packets() + b.packets(), a.bytes() + b.bytes()));
    }

    /**
     * Takes the tokens for one packet, as net/netfilter/nft_limit.c does; returns whether the rate is exceeded.
     *
     * @param limit the statement, or the set and key
     */
    boolean isOver(Object limit, NftStatement.RateOver rate) {
        Duration cost = Duration.ofSeconds(1).dividedBy(rate.packetsPerSecond());
        Duration full = cost.multipliedBy(rate.burst());
        Bucket bucket = buckets.getOrDefault(limit, new Bucket(full, clock.get()));
        Duration filled = bucket.tokens.plus(clock.get().minus(bucket.at));
        Duration tokens = filled.compareTo(full) > 0 ? full : filled;
        boolean over = tokens.compareTo(cost) < 0;
        buckets.put(limit, new Bucket(over ? tokens : tokens.minus(cost), clock.get()));
        return over;
    }

    /** Applies the difference between two tables to whatever this table contains now. */
    void update(NftTable before, NftTable after) throws KernelRefusal {
        Map<String, NftSet> sets = new LinkedHashMap<>();
        layout.sets().forEach(set -> sets.put(set.name(), set));
        for (NftSet old : before.sets()) {
            boolean kept = after.set(old.name()).equals(Optional.of(old));
            if (kept ? !sets.containsKey(old.name()) : sets.remove(old.name()) == null) {
                throw KernelRefusal.missing("set " + old.name());
            }
            if (!kept) {
                elements.keySet().removeIf(key -> key.set.equals(old.name()));
            }
        }
        for (NftSet set : after.sets()) {
            boolean kept = before.set(set.name()).equals(Optional.of(set));
            if (!kept && sets.put(set.name(), set) != null) {
                throw KernelRefusal.exists("set " + set.name());
            }
        }
        Map<String, NftChain> chains = new LinkedHashMap<>();
        layout.chains().forEach(chain -> chains.put(chain.name(), chain));
        for (NftChain chain : before.chains()) {
            if (chains.remove(chain.name()) == null) {
                throw KernelRefusal.missing("chain " + chain.name());
            }
        }
        for (NftChain chain : after.chains()) {
            if (chains.put(chain.name(), chain) != null) {
                throw KernelRefusal.exists("chain " + chain.name());
            }
        }
        counters.clear();
        buckets.clear();
        setLayout(new NftTable(layout.name(), List.copyOf(sets.values()), List.copyOf(chains.values())));
    }

    void create(NftElement wanted) throws KernelRefusal {
        NftSet set = layout.set(wanted.set()).orElseThrow(() -> KernelRefusal.missing("set " + wanted.set()));
        boolean fits = wanted.key().stream().map(NftValue::type).toList().equals(set.key())
                && wanted.data().map(NftValue::type).equals(set.data())
                && (wanted.timeout().isEmpty() || set.timeouts());
        if (!fits) {
            throw new KernelRefusal("EINVAL", "Invalid argument: " + wanted.id() + wanted.summary() + " in " + set);
        }
        Optional<Duration> timeout = wanted.timeout().or(() -> set.meter().map(NftSet.Meter::timeout));
        Stored added = new Stored(wanted.data(), timeout.map(clock.get()::plus));
        Stored present = elements.putIfAbsent(Key.of(wanted), added);
        if (present != null && !present.data.equals(wanted.data())) {
            throw KernelRefusal.exists(wanted.id().toString());
        }
    }

    /** Returns whether the element existed. */
    boolean delete(NftElement element) {
        return elements.remove(Key.of(element)) != null;
    }

    void addSet(NftSet set) throws KernelRefusal {
        if (layout.set(set.name()).isPresent()) {
            throw KernelRefusal.exists("set " + set.name());
        }
        List<NftSet> sets = new ArrayList<>(layout.sets());
        sets.add(set);
        setLayout(new NftTable(layout.name(), sets, layout.chains()));
    }

    void insertRule(String chain, int index, NftRule rule) throws KernelRefusal {
        List<NftRule> rules = rules(chain);
        if (index > rules.size()) {
            throw KernelRefusal.missing("rule " + index);
        }
        rules.add(index, rule);
        setRules(chain, rules);
    }

    void deleteRule(String chain, int index) throws KernelRefusal {
        List<NftRule> rules = rules(chain);
        if (index >= rules.size()) {
            throw KernelRefusal.missing("rule " + index);
        }
        counters.remove(rules.remove(index).comment());
        setRules(chain, rules);
    }

    private List<NftRule> rules(String chain) throws KernelRefusal {
        return layout.chains().stream()
                .filter(each -> each.name().equals(chain))
                .findFirst()
                .map(found -> new ArrayList<>(found.rules()))
                .orElseThrow(() -> KernelRefusal.missing("chain " + chain));
    }

    private void setRules(String chain, List<NftRule> rules) throws KernelRefusal {
        List<NftChain> chains = layout.chains().stream()
                .map(each -> each.name().equals(chain) ? new NftChain(chain, each.base(), rules) : each)
                .toList();
        setLayout(new NftTable(layout.name(), layout.sets(), chains));
    }

    /** Refuses a layout with a rule that refers to a missing set or chain. */
    private void setLayout(NftTable wanted) throws KernelRefusal {
        Set<String> sets = wanted.sets().stream().map(NftSet::name).collect(Collectors.toSet());
        Set<String> chains = wanted.chains().stream().map(NftChain::name).collect(Collectors.toSet());
        for (NftChain chain : wanted.chains()) {
            for (NftRule rule : chain.rules()) {
                for (NftStatement statement : rule.statements()) {
                    String set = setOf(statement);
                    String target = chainOf(statement);
                    if ((set != null && !sets.contains(set)) || (target != null && !chains.contains(target))) {
                        throw KernelRefusal.missing("the target of '" + statement + "'");
                    }
                }
            }
        }
        layout = wanted;
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
        return statement instanceof NftStatement.Goto to ? to.chain() : null;
    }

    private Stream<NftRule> rules() {
        return layout.chains().stream().flatMap(chain -> chain.rules().stream());
    }
}
