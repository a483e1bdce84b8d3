package io.ipipou.testbed;

import io.ipipou.agent.Agent;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/** How long it takes the agent to have back what somebody else deleted. */
final class AgentRepairs {

    private static final int TIMES = 20;

    /** Far more than it may take, even on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The same thing deleted more often than this in a row is a fight, and its repairs wait. */
    private static final int IN_A_ROW = 3;

    private static final long BETWEEN_LOOKS_MILLIS = 10;

    private interface Deletion {
        void run() throws Exception;
    }

    private static double seconds(Deletion deletion, Callable<Boolean> back) throws Exception {
        long start = System.nanoTime();
        deletion.run();
        while (!back.call()) {
            require(System.nanoTime() - start < PATIENCE.toNanos(), "it is not back after " + PATIENCE);
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static void delete(Backend hand, Resource resource) throws BackendException {
        Operation operation = Operation.delete(resource);
        require(hand.execute(List.of(operation)).equals(List.of(Outcome.done(operation))), "not deleted: " + resource);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void print(String what, List<Double> seconds) {
        System.out.printf("  %-9s %d times, longest %.3f s%n", what, seconds.size(), Figures.part(seconds, 100));
        AgentBench.ratio("median, s", Figures.part(seconds, 50), 1);
    }

    private static void eachOnce(
            String what, Backend hand, IntFunction<? extends Resource> resource, IntFunction<Callable<Boolean>> back)
            throws Exception {
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            Resource victim = resource.apply(i);
            all.add(seconds(() -> delete(hand, victim), back.apply(i)));
        }
        print(what, all);
    }

    /** Each kind of thing in turn. */
    void measure() throws Exception {
        System.out.printf("%nDeleted by another program, back after%n");
        Path directory = Files.createTempDirectory("drift"); // no socket can be made in the results, on 9p
        try (DriftHost host = new DriftHost(directory, "netlink", TIMES);
                Backend hand = host.hand()) {
            try (Agent agent = host.agent()) {
                ObservedState right = hand.observe();
                eachOnce(
                        "link",
                        hand,
                        i -> Optional.ofNullable(right.links().get(new LinkName("t" + i)))
                                .orElseThrow(),
                        i -> () -> host.proc("route").contains("t" + i + "\t"));
                eachOnce(
                        "listener",
                        hand,
                        i -> FouListener.onPort(DriftHost.port(i)),
                        i -> () -> host.proc("udp").contains(":%04X ".formatted(DriftHost.port(i))));
                eachOnce(
                        "address",
                        hand,
                        i -> right.addresses().stream()
                                .filter(address -> address.link().value().equals("t" + i))
                                .findFirst()
                                .orElseThrow(),
                        i -> () -> host.namespace().call(() -> hasAddress("t" + i)));
                eachOnce(
                        "route",
                        hand,
                        i -> right.routes().stream()
                                .filter(route -> route.destination().toString().equals(DriftHost.route(i)))
                                .findFirst()
                                .orElseThrow(),
                        i -> () -> host.proc("route").contains("t%d\t%08X\t".formatted(i, i << 8 | 10)));
                require(agent.repairs().contended().isEmpty(), "some repairs waited");
            }
            print("table", tables(host, hand));
        }
    }

    private static boolean hasAddress(String link) throws Exception {
        NetworkInterface there = NetworkInterface.getByName(link);
        return there != null && there.getInterfaceAddresses().size() > 0;
    }

    /** There is one table only: an agent that has mended it a few times makes way for another. */
    private static List<Double> tables(DriftHost host, Backend hand) throws Exception {
        List<Double> all = new ArrayList<>();
        while (all.size() < TIMES) {
            try (Agent agent = host.agent()) {
                for (int i = 0; i < IN_A_ROW && all.size() < TIMES; i++) {
                    all.add(seconds(
                            () -> host.namespace().run("nft", "flush ruleset"),
                            () -> hand.observe().table().isPresent()));
                }
                require(agent.repairs().contended().isEmpty(), "some repairs waited");
            }
        }
        return all;
    }
}
