package io.ipipou.core.name;

import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks up host names in parallel, with a deadline for all of them together. An answer that arrives after the deadline is
 * kept for the next question, and so is the last good answer of a name that fails later. Safe for use by several threads.
 */
public final class NameLookups {

    /** How long {@link #lookUp} waits for all names together. */
    public static final Duration DEADLINE = Duration.ofSeconds(3);

    /** Lookups that may run at once; each blocks a thread for as long as the host's resolver likes. */
    static final int AT_ONCE = 16;

    private final NameResolver resolver;
    private final Duration deadline;
    private final Map<String, NameHistory> answers = new HashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Set<String> running = new LinkedHashSet<>();

    public NameLookups(NameResolver resolver) {
        this(resolver, DEADLINE);
    }

    NameLookups(NameResolver resolver, Duration deadline) {
        this.resolver = resolver;
        this.deadline = deadline;
    }

    /**
     * Asks for all of these names now, and waits until each has an answer or the deadline has passed.
     *
     * @return the answer for each name; one that did not arrive in time is a failure
     */
    public Map<String, NameAnswer> lookUp(Collection<String> names) {
        Set<String> missing = lookUp(names, deadline);
        Map<String, NameAnswer> found = known(names);
        missing.forEach(name -> found.put(name, late(name)));
        return found;
    }

    /**
     * Asks for all of these names now, and waits until each has an answer or the timeout has passed.
     *
     * @return the names without an answer yet
     */
    public Set<String> lookUp(Collection<String> names, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            names.stream().filter(name -> !running.contains(name)).forEach(waiting::add);
            startWaiting();
            Set<String> missing = new LinkedHashSet<>(names);
            missing.removeIf(this::isDone);
            try {
                for (long left = end - System.nanoTime();
                        !missing.isEmpty() && left > 0;
                        left = end - System.nanoTime()) {
                    wait(left / 1_000_000 + 1);
                    missing.removeIf(this::isDone);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return missing;
        }
    }

    /** The latest answer for each name, without asking or waiting. */
    public synchronized Map<String, NameAnswer> known(Collection<String> names) {
        Map<String, NameAnswer> found = new TreeMap<>();
        names.forEach(name -> found.put(name, known(name)));
        return found;
    }

    private NameAnswer known(String name) {
        NameHistory history = answers.get(name);
        return history == null ? NameAnswer.unknown(name) : history.latest();
    }

    private synchronized NameAnswer late(String name) {
        NameAnswer late =
                NameAnswer.failed("the resolver did not answer for " + name + " within " + deadline.toSeconds() + " s");
        NameHistory history = answers.get(name);
        return history == null ? late : late.after(history.latest());
    }

    private boolean isDone(String name) {
        return !waiting.contains(name) && !running.contains(name);
    }

    private void startWaiting() {
        while (!waiting.isEmpty() && running.size() < AT_ONCE) {
            String name = waiting.iterator().next();
            waiting.remove(name);
            running.add(name);
            Thread thread = new Thread(() -> run(name), "ipipou-name");
            thread.setDaemon(true); // the end of the process waits for no resolver
            thread.start();
        }
    }

    private void run(String name) {
        NameAnswer answer = ask(name);
        synchronized (this) {
            NameHistory history = answers.get(name);
            if (history == null) {
                answers.put(name, new NameHistory(answer, System.nanoTime()));
            } else {
                history.add(answer, System.nanoTime());
            }
            running.remove(name);
            startWaiting();
            notifyAll();
        }
    }

    private NameAnswer ask(String name) {
        List<Ipv4> addresses;
        try {
            addresses = resolver.resolve(name);
        } catch (UnknownHostException e) {
            return NameAnswer.failed(name + " does not resolve");
        }
        List<Ipv4> usable = addresses.stream().filter(NameLookups::isUsable).toList();
        if (!usable.isEmpty()) {
            return NameAnswer.of(usable);
        }
        return NameAnswer.failed(
                addresses.isEmpty()
                        ? name + " has no IPv4 address"
                        : name + " resolves to " + addresses.get(0) + ", which is no other host's address");
    }

    /** Whether another host can have the address: a unicast one outside of 127.0.0.0/8 and 0.0.0.0/8. */
    private static boolean isUsable(Ipv4 address) {
        int first = address.bits() >>> 24;
        return first != 0 && first != 127 && first < 224;
    }
}
