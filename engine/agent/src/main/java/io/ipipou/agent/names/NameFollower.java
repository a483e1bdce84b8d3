package io.ipipou.agent.names;

import io.ipipou.core.name.NameAnswer;
import io.ipipou.core.name.NameLookups;
import io.ipipou.spi.state.Ipv4;
import java.time.Duration;
import java.util.List;
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

    /** The same while a name has no address. */
    static final Duration RETRY_INTERVAL = Duration.ofSeconds(3);

    private final NameLookups lookups;
    private final Supplier<Set<String>> names;
    private final Consumer<Set<String>> onChange;
    private final Semaphore requests = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "ipipou-names");
    private Map<String, List<Ipv4>> reported = Map.of();

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
            while (true) {
                boolean complete = lookUp();
                if (requests.tryAcquire((complete ? INTERVAL : RETRY_INTERVAL).toMillis(), TimeUnit.MILLISECONDS)) {
                    requests.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer following names");
        }
    }

    /** @return whether every name has an address */
    private boolean lookUp() {
        Map<String, List<Ipv4>> now = addresses(lookups.lookUp(names.get()));
        Set<String> changed = new TreeSet<>();
        now.forEach((name, found) -> {
            if (!found.equals(reported.getOrDefault(name, List.of()))) {
                changed.add(name);
            }
        });
        reported = now;
        if (!changed.isEmpty()) {
            onChange.accept(changed);
        }
        return !now.containsValue(List.of());
    }

    private static Map<String, List<Ipv4>> addresses(Map<String, NameAnswer> answers) {
        Map<String, List<Ipv4>> addresses = new TreeMap<>();
        answers.forEach((name, answer) -> addresses.put(name, answer.addresses()));
        return addresses;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
