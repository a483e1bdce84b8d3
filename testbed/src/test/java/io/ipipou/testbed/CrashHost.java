package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.NameResolver;
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
 * A host with foreign objects, on which an apply dies at each of its points: before the first write to the kernel and
 * after each, and before each step of writing and removing the journal. From each point, rollback has to go to the old
 * state, and the next apply to the new one.
 */
final class CrashHost implements AutoCloseable {

    /** What the points of an apply are counted by. */
    enum Counted {
        KERNEL_WRITES,
        STEPS_OF_THE_JOURNAL
    }

    /** Applies a file in one way or another. */
    interface Attempt {

        /**
         * @param point where it dies, 1 for before the first
         * @return whether it did; it is done with less where there are not so many points
         */
        boolean dies(String yaml, Counted counted, int point) throws Exception;
    }

    private static final String NOTHING = "{apiVersion: ipipou/v1, peers: {}, tunnels: {}}\n";
    private static final int LEAST_POINTS = 50;

    private final Path directory;
    private final NetworkNamespace namespace = NetworkNamespace.create("crash");
    private final Backend backend;

    /** @param directory for the journal */
    CrashHost(Path directory) {
        this.directory = directory;
        namespace.ipBatch(
                "link set dev lo up",
                "link add name eth0 up type dummy",
                "address add 203.0.113.1/24 dev eth0",
                "link add name theirs up type ipip local 203.0.113.1 remote 203.0.113.99 encap fou encap-sport 7777"
                        + " encap-dport 7777",
                "address add 10.99.0.1 peer 10.99.0.2 dev theirs",
                "route add 10.98.0.0/16 dev theirs");
        namespace.ip("fou", "add", "port", "7777", "ipproto", "4");
        namespace.run("nft", "add table ip theirs; add chain ip theirs c { type filter hook input priority 0; }");
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

    /** Reading a file takes longer than applying it. */
    private static final Map<String, Config> CONFIGS = new ConcurrentHashMap<>();

    static Reconciler reconciler(String yaml, Backend through) {
        Config config = CONFIGS.computeIfAbsent(yaml, Plugins.BUILT_IN::config);
        return new Reconciler(config, Plugins.BUILT_IN.schemes(), through, NameResolver.SYSTEM);
    }

    private Journal journal() {
        return new Journal(directory, "netlink");
    }

    private void apply(String yaml) throws Exception {
        assertThat(namespace
                        .call(() -> reconciler(yaml, backend).applyOrRollBack(journal(), plan -> {}))
                        .converged())
                .isTrue();
        assertThat(unfinished()).isEmpty();
    }

    /** A journal is of the namespace in which it was written. */
    private Optional<Journal.Entry> unfinished() {
        return namespace.call(() -> journal().unfinished());
    }

    /** All that there is, ours and foreign. */
    private ObservedState state() throws Exception {
        return CrashCase.ignoringAddressOrder(backend.observe());
    }

    /** What numbers itself tells whether it was made again. */
    private String foreign() {
        return namespace.run("ip", "-d", "-o", "link", "show", "dev", "theirs")
                + namespace.run("ip", "-4", "-o", "addr", "show", "dev", "theirs")
                + namespace.run("ip", "route", "show", "dev", "theirs")
                + namespace
                        .run("ip", "fou", "show")
                        .lines()
                        .filter(line -> line.contains("7777"))
                        .toList()
                + namespace.run("nft", "-a", "list", "table", "ip", "theirs");
    }

    /** @return how many points there are: as many as it died at */
    private int everyPoint(String from, String to, Counted counted, Attempt attempt) throws Exception {
        apply(from);
        ObservedState old = state();
        apply(to);
        ObservedState wanted = state();
        String foreign = foreign();
        for (int point = 1; ; point++) {
            apply(from);
            if (!attempt.dies(to, counted, point)) {
                assertThat(foreign()).isEqualTo(foreign);
                return point - 1;
            }
            // Where it died past the end there is nothing to roll back, and the new state is there.
            boolean over = namespace
                            .call(() -> reconciler(to, backend).rollback(journal()))
                            .isEmpty()
                    && reconciler(to, backend).plan().isEmpty();
            assertThat(unfinished()).isEmpty();
            assertThat(state()).as("rolled back from point %d", point).isEqualTo(over ? wanted : old);
            if (over) {
                apply(from);
            }
            assertThat(attempt.dies(to, counted, point)).isTrue();
            apply(to);
            assertThat(state()).as("applied from point %d", point).isEqualTo(wanted);
        }
    }

    /** Has it die at all points of four applies, and prints how many these are. */
    void everyPoint(Attempt attempt) throws Exception {
        int first = everyPoint(NOTHING, CrashCase.OLD, Counted.KERNEL_WRITES, attempt);
        Plan plan = reconciler(CrashCase.NEW, backend).plan();
        assertThat(plan.changes().stream().map(Change::action)).contains(Change.Action.values());
        int next = everyPoint(CrashCase.OLD, CrashCase.NEW, Counted.KERNEL_WRITES, attempt);
        int last = everyPoint(CrashCase.NEW, NOTHING, Counted.KERNEL_WRITES, attempt);
        int journal = everyPoint(CrashCase.OLD, CrashCase.NEW, Counted.STEPS_OF_THE_JOURNAL, attempt);
        int points = first + next + last + journal;
        System.out.printf(
                "%d points, and from each the old and the new state were reached: at kernel writes %d of a first apply,"
                        + " %d of one that creates, changes, replaces and deletes, %d of one that deletes all; %d at the"
                        + " journal%n",
                points, first, next, last, journal);
        assertThat(points).isGreaterThanOrEqualTo(LEAST_POINTS);
        assertThat(journal).isEqualTo(8);
    }
}
