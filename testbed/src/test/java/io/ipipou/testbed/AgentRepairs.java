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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/** Measures how long the agent takes to recreate what another program deletes. */
final class AgentRepairs {

    private static final int TIMES = 20;

    /** If the same resource is deleted more often than this in a row, it is contended and the next repair waits. */
    private static final int IN_A_ROW = 3;

    private interface Deletion {
        void run() throws Exception;
    }

    private static double seconds(Deletion deletion, Callable<Boolean> repaired) throws Exception {
        long start = System.nanoTime();
        deletion.run();
        Wait.until("the agent has repaired it", repaired);
        return (System.nanoTime() - start) / 1e9;
    }

    private static void delete(Backend outside, Resource resource) throws BackendException {
        Operation operation = Operation.delete(resource);
        require(
                outside.execute(List.of(operation)).equals(List.of(Outcome.done(operation))),
                "not deleted: " + resource);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void print(String what, List<Double> seconds) {
        System.out.printf("  %-9s %d times, longest %.3f s%n", what, seconds.size(), Figures.percentile(seconds, 100));
        Figures.printRatio("median, s", Figures.percentile(seconds, 50), 1);
    }

    private static void eachOnce(
            String what,
            Backend outside,
            IntFunction<? extends Resource> resource,
            IntFunction<Callable<Boolean>> repaired)
            throws Exception {
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            Resource victim = resource.apply(i);
            all.add(seconds(() -> delete(outside, victim), repaired.apply(i)));
        }
        print(what, all);
    }

    /** Deletes each kind of resource in turn. */
    void measure() throws Exception {
        System.out.printf("%nDeleted by another program, recreated after%n");
        Path directory = Files.createTempDirectory("drift"); // the results are on 9p, which has no sockets
        try (DriftHost host = new DriftHost(directory, "netlink", TIMES);
                Backend outside = host.outsideBackend()) {
            try (Agent agent = host.agent()) {
                ObservedState right = outside.observe();
                eachOnce(
                        "link",
                        outside,
                        i -> Optional.ofNullable(right.links().get(new LinkName("t" + i)))
                                .orElseThrow(),
                        i -> () -> host.proc("route").contains("t" + i + "\t"));
                eachOnce(
                        "listener",
                        outside,
                        i -> FouListener.onPort(DriftHost.port(i)),
                        i -> () -> host.proc("udp").contains(":%04X ".formatted(DriftHost.port(i))));
                eachOnce(
                        "address",
                        outside,
                        i -> right.addresses().stream()
                                .filter(address -> address.link().value().equals("t" + i))
                                .findFirst()
                                .orElseThrow(),
                        i -> () -> host.namespace().call(() -> hasAddress("t" + i)));
                eachOnce(
                        "route",
                        outside,
                        i -> right.routes().stream()
                                .filter(route -> route.destination().toString().equals(DriftHost.route(i)))
                                .findFirst()
                                .orElseThrow(),
                        i -> () -> host.proc("route").contains("t%d\t%08X\t".formatted(i, i << 8 | 10)));
                require(agent.repairs().contended().isEmpty(), "some repairs were delayed");
            }
            print("table", tables(host, outside));
        }
    }

    private static boolean hasAddress(String link) throws Exception {
        NetworkInterface device = NetworkInterface.getByName(link);
        return device != null && device.getInterfaceAddresses().size() > 0;
    }

    /** There is only one table: an agent that has repaired it a few times is replaced by another. */
    private static List<Double> tables(DriftHost host, Backend outside) throws Exception {
        List<Double> all = new ArrayList<>();
        while (all.size() < TIMES) {
            try (Agent agent = host.agent()) {
                for (int i = 0; i < IN_A_ROW && all.size() < TIMES; i++) {
                    all.add(seconds(
                            () -> host.namespace().run("nft", "flush ruleset"),
                            () -> outside.observe().table().isPresent()));
                }
                require(agent.repairs().contended().isEmpty(), "some repairs were delayed");
            }
        }
        return all;
    }
}
