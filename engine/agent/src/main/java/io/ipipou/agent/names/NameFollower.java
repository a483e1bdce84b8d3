package io.ipipou.agent.names;

import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.name.NameLookups;
import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for the addresses of host names again and again, on a thread of its own, and reports the names that changed. */
public final class NameFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NameFollower.class);

    /** Between two lookups of all names. */
    static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Between two lookups of a name that has no address. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(3);

    /** From a lookup to the next one that is requested. */
    private static final Duration SPACING = Duration.ofSeconds(1);

    private final NameLookups lookups;
    private final Supplier<Set<String>> names;
    private final Consumer<Set<String>> onChange;
    private final Semaphore requests = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "ipipou-names");
    private Map<String, Set<Ipv4>> reported = new TreeMap<>();

    private NameFollower(NameLookups lookups, Supplier<Set<String>> names, Consumer<Set<String>> onChange) {
        this.lookups = lookups;
        this.names = names;
        this.onChange = onChange;
    }

    /**
     * Starts the thread, which looks all names up at once.
     *
     * @param names to follow, asked for each time
     * @param before the answers that are in use
     * @param onChange receives the names whose addresses changed; called on the thread
     */
    public static NameFollower start(
            NameLookups lookups,
            Supplier<Set<String>> names,
            Map<String, NameAnswer> before,
            Consumer<Set<String>> onChange) {
        NameFollower follower = new NameFollower(lookups, names, onChange);
        follower.reported = addresses(before);
        follower.thread.setDaemon(true);
        follower.thread.start();
        return follower;
    }

    /** Looks the names up without waiting for the interval to pass. Does not block. */
    public void lookUpNow() {
        requests.release();
    }

    private void run() {
        try {
            long all = System.nanoTime() + INTERVAL.toNanos();
            Set<String> missing = lookUp(names.get());
            while (true) {
                long left = all - System.nanoTime();
                long wait = missing.isEmpty() ? left : Math.min(left, RETRY_INTERVAL.toNanos());
                boolean requested = requests.tryAcquire(wait, TimeUnit.NANOSECONDS);
                if (requested || all - System.nanoTime() <= 0) {
                    all = System.nanoTime() + INTERVAL.toNanos();
                    missing = lookUp(names.get());
                    Thread.sleep(SPACING.toMillis());
                    requests.drainPermits();
                } else {
                    missing = lookUp(missing);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer following names");
        }
    }

    /** @return those of the names that have no address */
    private Set<String> lookUp(Set<String> some) {
        Map<String, Set<Ipv4>> now = addresses(lookups.lookUp(some));
        Set<String> changed = new TreeSet<>();
        now.forEach((name, found) -> {
            if (!found.equals(reported.put(name, found))) {
                changed.add(name);
            }
        });
        if (!changed.isEmpty()) {
            onChange.accept(changed);
        }
        now.values().removeIf(found -> !found.isEmpty());
        return now.keySet();
    }

    /** With those by earlier answers of a name whose answers alternate, so that these are no change each time. */
    private static Map<String, Set<Ipv4>> addresses(Map<String, NameAnswer> answers) {
        Map<String, Set<Ipv4>> addresses = new TreeMap<>();
        answers.forEach((name, answer) -> addresses.put(name, Set.copyOf(answer.alternating())));
        return addresses;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
