package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.testkit.CrashCase;
import io.ipipou.testkit.KernelUnderTest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A host with objects that ipipou does not manage, on which an apply crashes at each of its points: before the first write to the
 * kernel and after each, and before each step of writing and removing the journal. From each point, rollback must restore the old
 * state, and the next apply must reach the new one.
 */
final class CrashHost implements AutoCloseable {

    /** What the points of an apply are numbered by. */
    enum Counted {
        KERNEL_WRITES,
        STEPS_OF_THE_JOURNAL
    }

    /** Applies a file. */
    interface CrashingApply {

        /**
         * @param point where it crashes; 1 is before the first write or step
         * @return whether it crashed; if it has fewer points, it ends normally
         */
        boolean crashes(String yaml, Counted counted, int point) throws Exception;
    }

    static final String NOTHING = "{apiVersion: ipipou/v1, peers: {}, tunnels: {}}\n";
    private static final int MIN_POINTS = 50;

    private final KilledApply.By by;
    private final Path directory;
    private final NetworkNamespace namespace = NetworkNamespace.create("crash");
    private final Backend backend;

    /** @param directory for the journal */
    CrashHost(KilledApply.By by, Path directory) {
        this.by = by;
        this.directory = directory;
        namespace.ipBatch(
                "link set dev lo up",
                "link add name eth0 up type dummy",
                "address add 203.0.113.1/24 dev eth0",
                "link add name other up type ipip local 203.0.113.1 remote 203.0.113.99 encap fou encap-sport 7777"
                        + " encap-dport 7777",
                "address add 10.99.0.1 peer 10.99.0.2 dev other",
                "route add 10.98.0.0/16 dev other");
        namespace.ip("fou", "add", "port", "7777", "ipproto", "4");
        namespace.run("nft", "add table ip other; add chain ip other c { type filter hook input priority 0; }");
        backend = namespace.call(() -> RealKernel.provider("netlink").open(KernelUnderTest.NFT_TABLE));
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    Backend backend() {
        return backend;
    }

    @Override
    public void close() {
        backend.close();
        namespace.close();
    }

    /** Cached, since reading a file takes longer than applying it. */
    private static final Map<String, Config> CONFIGS = new ConcurrentHashMap<>();

    static Config config(String yaml) {
        return CONFIGS.computeIfAbsent(yaml, Plugins.BUILT_IN::config);
    }

    static Reconciler reconciler(String yaml, Backend through) {
        return new Reconciler(config(yaml), Plugins.BUILT_IN.schemes(), through, Map::of, EndpointLookup.KERNEL);
    }

    private Journal journal() {
        return new Journal(directory, "netlink");
    }

    private void apply(String yaml) throws Exception {
        assertThat(namespace
                        .call(() -> reconciler(yaml, backend).apply(journal(), new ApplyRequest(plan -> {}, true)))
                        .converged())
                .isTrue();
        assertThat(unfinished()).isEmpty();
    }

    /** The next apply, or the start of an agent, after a crash. */
    private void finish(String yaml) throws Exception {
        if (by == KilledApply.By.COMMAND) {
            apply(yaml);
        } else {
            assertThat(namespace
                            .call(() -> reconciler(yaml, backend).repair(journal(), plan -> {}))
                            .converged())
                    .isTrue();
            assertThat(unfinished()).isEmpty();
        }
    }

    /** In the namespace: a journal names the one in which it was written. */
    private Optional<Journal.Entry> unfinished() {
        return namespace.call(() -> journal().unfinished());
    }

    /** The whole state, managed by ipipou or not. */
    private ObservedState state() throws Exception {
        return CrashCase.ignoringAddressOrder(backend.observe());
    }

    /** The objects that ipipou does not manage, with indexes and handles, which change when an object is recreated. */
    private String unmanaged() {
        return namespace.run("ip", "-d", "-o", "link", "show", "dev", "other")
                + namespace.run("ip", "-4", "-o", "addr", "show", "dev", "other")
                + namespace.run("ip", "route", "show", "dev", "other")
                + namespace
                        .run("ip", "fou", "show")
                        .lines()
                        .filter(line -> line.contains("7777"))
                        .toList()
                + namespace.run("nft", "-a", "list", "table", "ip", "other");
    }

    /** @return the number of points */
    private int everyPoint(String from, String to, Counted counted, CrashingApply crashing) throws Exception {
        apply(from);
        ObservedState old = state();
        apply(to);
        ObservedState wanted = state();
        String unmanaged = unmanaged();
        for (int point = 1; ; point++) {
            apply(from);
            if (!crashing.crashes(to, counted, point)) {
                assertThat(unmanaged()).isEqualTo(unmanaged);
                return point - 1;
            }
            // After a crash past the end there is nothing to roll back, and the new state is reached.
            boolean complete = namespace
                            .call(() -> reconciler(to, backend).rollback(journal()))
                            .isEmpty()
                    && reconciler(to, backend).plan().isEmpty();
            assertThat(unfinished()).isEmpty();
            assertThat(state()).as("rolled back from point %d", point).isEqualTo(complete ? wanted : old);
            if (complete) {
                apply(from);
            }
            assertThat(crashing.crashes(to, counted, point)).isTrue();
            finish(to);
            assertThat(state()).as("applied from point %d", point).isEqualTo(wanted);
        }
    }

    /** Makes four applies crash at all their points, and prints how many these are. */
    void everyPoint(CrashingApply crashing) throws Exception {
        int first = everyPoint(NOTHING, CrashCase.OLD, Counted.KERNEL_WRITES, crashing);
        Plan plan = reconciler(CrashCase.NEW, backend).plan();
        assertThat(plan.changes().stream().map(Change::action)).contains(Change.Action.values());
        int next = everyPoint(CrashCase.OLD, CrashCase.NEW, Counted.KERNEL_WRITES, crashing);
        int last = everyPoint(CrashCase.NEW, NOTHING, Counted.KERNEL_WRITES, crashing);
        int journal = everyPoint(CrashCase.OLD, CrashCase.NEW, Counted.STEPS_OF_THE_JOURNAL, crashing);
        int points = first + next + last + journal;
        System.out.printf(
                "%d points, and from each the old and the new state were reached: %d kernel writes of a first apply,"
                        + " %d of one that creates, changes, replaces and deletes, %d of one that deletes all;"
                        + " %d steps of the journal%n",
                points, first, next, last, journal);
        assertThat(points).isGreaterThanOrEqualTo(MIN_POINTS);
        assertThat(journal).isEqualTo(8);
    }
}
