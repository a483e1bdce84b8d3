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
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Notifications of changes that another program makes. */
@KernelDependent
class KernelEventsKernelTest {

    private NetworkNamespace host;

    @BeforeEach
    void createHost() {
        host = NetworkNamespace.create("host");
        host.ipBatch(
                "link add name eth0 type dummy",
                "link set dev eth0 up",
                "addr add 203.0.113.1/24 dev eth0",
                "route add default via 203.0.113.254",
                "route add 10.3.0.0/16 via 203.0.113.3");
        host.run("nft", "add table ip other; add set ip other s { type ipv4_addr; }");
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    private KernelEvents open() {
        return host.call(KernelEvents::open);
    }

    /** The notifications in order; the last one, after closing, is empty. */
    private static BlockingQueue<Set<KernelChange>> watch(KernelEvents events) {
        BlockingQueue<Set<KernelChange>> notifications = new LinkedBlockingQueue<>();
        Thread watcher = new Thread(() -> {
            try {
                Set<KernelChange> changes;
                do {
                    changes = events.await();
                    notifications.add(changes);
                } while (!changes.isEmpty());
            } catch (BackendException e) {
                throw new IllegalStateException(e);
            }
        });
        watcher.start();
        return notifications;
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
        "nft add element ip other s { 192.0.2.1 },    RULES",
    })
    void reportsAChange(String command, KernelChange change) throws BackendException {
        try (KernelEvents events = open()) {
            host.run(command.split(" "));
            Set<KernelChange> changes = events.await();
            while (!changes.contains(change)) {
                changes = events.await();
            }
        }
    }

    @Test
    void reportsOnlyWhatHasChanged() throws BackendException {
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
    void reportsEverythingAsChangedWhenNotificationsAreLostAndContinues() throws BackendException {
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
    void closingEndsAWaitAtAnyTime() throws Exception {
        for (int i = 0; i < 100; i++) {
            KernelEvents events = open();
            BlockingQueue<Set<KernelChange>> notifications = watch(events);
            events.close();
            assertThat(notifications.take()).isEmpty();
            events.close();
            assertThat(events.await()).isEmpty();
        }
    }

    @Test
    void needsPrivilege() {
        assertThatThrownBy(() -> host.callUnprivileged(KernelEvents::open))
                .hasRootCauseMessage(
                        "subscribing to kernel notifications (setsockopt): Operation not permitted (EPERM)");
    }
}
