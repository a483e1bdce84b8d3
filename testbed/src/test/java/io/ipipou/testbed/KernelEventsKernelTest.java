package io.ipipou.testbed;

import static io.ipipou.agent.watch.KernelChange.ADDRESSES;
import static io.ipipou.agent.watch.KernelChange.DEFAULT_ROUTE;
import static io.ipipou.agent.watch.KernelChange.LINKS;
import static io.ipipou.agent.watch.KernelChange.ROUTES;
import static io.ipipou.agent.watch.KernelChange.RULES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.agent.watch.KernelChange;
import io.ipipou.agent.watch.KernelEvents;
import io.ipipou.spi.backend.BackendException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Someone else changes a host, and it is noticed. */
@Timeout(120)
class KernelEventsKernelTest {

    /** A change is told of without a poll, so only a guest that is short of processors needs any time. */
    private static final long SECONDS = 10;

    private NetworkNamespace host;

    @BeforeEach
    void aHostWithADefaultRoute() {
        host = NetworkNamespace.create("host");
        host.ipBatch(
                "link add name eth0 type dummy",
                "link set dev eth0 up",
                "addr add 203.0.113.1/24 dev eth0",
                "route add default via 203.0.113.254",
                "route add 10.3.0.0/16 via 203.0.113.3");
        host.run("nft", "add table ip theirs; add set ip theirs s { type ipv4_addr; }");
    }

    @AfterEach
    void cleanUp() {
        host.close();
    }

    private KernelEvents open() {
        return host.call(KernelEvents::open);
    }

    /** Passes on what is told until the end. */
    private static BlockingQueue<Set<KernelChange>> watch(KernelEvents events) {
        BlockingQueue<Set<KernelChange>> told = new LinkedBlockingQueue<>();
        Thread watcher = new Thread(() -> {
            try {
                Set<KernelChange> changes;
                do {
                    changes = events.await();
                    told.add(changes);
                } while (!changes.isEmpty());
            } catch (BackendException e) {
                throw new IllegalStateException(e);
            }
        });
        watcher.start();
        return told;
    }

    /** All that is told until the change is among it, or time is up. */
    private static Set<KernelChange> until(BlockingQueue<Set<KernelChange>> told, KernelChange change)
            throws InterruptedException {
        Set<KernelChange> all = EnumSet.noneOf(KernelChange.class);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!all.contains(change)) {
            Set<KernelChange> next = told.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            all.addAll(next);
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ip link add name new type dummy,              LINKS",
        "ip link del dev eth0,                         LINKS",
        "ip link set dev eth0 mtu 1400,                LINKS",
        "ip addr add 203.0.113.9/24 dev eth0,          ADDRESSES",
        "ip addr del 203.0.113.1/24 dev eth0,          ADDRESSES",
        "ip route add 10.2.0.0/16 via 203.0.113.3,     ROUTES",
        "ip route del 10.3.0.0/16,                     ROUTES",
        "ip route replace default via 203.0.113.3,     DEFAULT_ROUTE",
        "ip route del default,                         DEFAULT_ROUTE",
        "ip link set dev eth0 down,                    DEFAULT_ROUTE",
        "ip addr flush dev eth0,                       DEFAULT_ROUTE",
        "nft flush ruleset,                            RULES",
        "nft add table ip x,                           RULES",
        "nft add element ip theirs s { 192.0.2.1 },    RULES",
    })
    void aChangeIsToldAtOnce(String command, KernelChange change) throws InterruptedException {
        try (KernelEvents events = open()) {
            BlockingQueue<Set<KernelChange>> told = watch(events);
            host.run(command.split(" "));
            assertThat(until(told, change)).contains(change);
        }
    }

    @Test
    void onlyWhatHasChangedIsTold() throws BackendException {
        try (KernelEvents events = open()) {
            host.ip("link", "set", "dev", "eth0", "mtu", "1400");
            assertThat(events.await()).containsExactly(LINKS);
            host.ip("route", "add", "10.2.0.0/16", "via", "203.0.113.3");
            assertThat(events.await()).containsExactly(ROUTES);
            host.ip("route", "add", "default", "via", "203.0.113.3", "metric", "5");
            assertThat(events.await()).containsExactly(ROUTES, DEFAULT_ROUTE);
            host.run("nft", "flush", "ruleset");
            assertThat(events.await()).containsExactly(RULES);
            host.ip("link", "set", "dev", "eth0", "mtu", "1500");
            host.ip("addr", "add", "192.0.2.1/32", "dev", "eth0");
            host.run("nft", "add", "table", "ip", "x");
            assertThat(events.await()).as("at once").containsExactly(LINKS, ADDRESSES, ROUTES, RULES);
        }
    }

    @Test
    void whenNotificationsAreLostAnythingMayHaveChangedAndItGoesOn() throws BackendException {
        try (KernelEvents events = open()) {
            host.ipBatch(IntStream.range(0, 8000)
                    .mapToObj(i -> "link set dev eth0 mtu " + (1400 + i % 2))
                    .toArray(String[]::new));
            assertThat(events.await()).containsExactlyInAnyOrder(KernelChange.values());
            host.ip("addr", "add", "192.0.2.1/32", "dev", "eth0");
            Set<KernelChange> next = events.await();
            while (!next.contains(ADDRESSES)) {
                next = events.await();
            }
            assertThat(next).doesNotContain(RULES);
        }
    }

    @Test
    void closingEndsTheWaitWheneverItComes() throws Exception {
        for (int i = 0; i < 100; i++) {
            KernelEvents events = open();
            BlockingQueue<Set<KernelChange>> told = watch(events);
            events.close();
            assertThat(told.take()).isEmpty();
            events.close();
            assertThat(events.await()).isEmpty();
        }
    }

    @Test
    void withoutPrivilegeItSaysSo() {
        assertThatThrownBy(() -> host.callUnprivileged(KernelEvents::open))
                .hasRootCauseMessage("listening for changes of the kernel's state (setsockopt):"
                        + " Operation not permitted (EPERM)");
    }
}
