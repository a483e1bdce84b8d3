package io.ipipou.testbed;

import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.apply.Reconciler;
import io.ipipou.core.config.Config;
import io.ipipou.core.desired.HostResolver.EndpointLookup;
import io.ipipou.spi.backend.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Measures both backends and {@code ip} itself with the same objects, side by side in one guest, and prints times, their ratios, and the
 * limit of each ratio. {@code ./bench} runs it.
 */
final class Bench {

    private static final List<Integer> SIZES = List.of(1, 100, 1000, 5000);
    /** Of which the median counts. */
    private static final int ROUNDS = 3;

    private static final List<String> BACKENDS = List.of("netlink", "iproute2");
    private static final String IP = "ip";
    private static final String APPLY = "first apply";
    private static final String ADD_ADDR_UP = "  add + addr + up alone";
    private static final String PLAN = "plan, nothing to do";
    private static final String CHANGE = "one tunnel changed";
    private static final String DESTROY = "destroy";

    private final Figures figures = new Figures();
    private final Path launcher;
    private final Path directory;

    private Bench(Path launcher, Path directory) {
        this.launcher = launcher;
        this.directory = directory;
    }

    /** @param arguments the launcher, a directory for files, and {@code growth} to measure only the growth */
    public static void main(String[] arguments) throws Exception {
        Bench bench = new Bench(Path.of(arguments[0]), Path.of(arguments[1]));
        System.out.println(
                "kernel " + System.getProperty("os.version") + ", Java " + System.getProperty("java.version"));
        if (arguments.length > 2) {
            bench.growth();
            return;
        }
        for (String backend : BACKENDS) {
            bench.inProcess(backend, 1000, false); // warms the JVM up
        }
        bench.countProcesses();
        for (int size : SIZES) {
            for (int round = 0; round < ROUNDS; round++) {
                for (String backend : BACKENDS) {
                    bench.inProcess(backend, size, true);
                }
                // ip takes minutes to delete thousands one by one.
                if (round == 0 || size <= 1000) {
                    bench.plainIp(size);
                }
            }
        }
        bench.printRatios();
        for (int size : SIZES) {
            for (String backend : BACKENDS) {
                bench.wholeProcess(backend, size);
            }
            bench.figures.print(size);
        }
    }

    /**
     * For a guest whose clock counts instructions (--counted). Not for processes: such a clock races while one waits for the disk.
     */
    private void growth() throws Exception {
        inProcess("netlink", 1000, false);
        inProcess("netlink", 1000, false);
        for (int size : List.of(1000, 5000)) {
            for (int round = 0; round < ROUNDS; round++) {
                inProcess("netlink", size, true);
            }
        }
        printGrowth();
    }

    /** Counts how often the iproute2 backend starts {@code ip}, by a script that comes first on its PATH. */
    private void countProcesses() throws Exception {
        Path log = directory.resolve("launches");
        Path script = Files.createDirectories(directory.resolve("bin")).resolve("ip");
        Files.writeString(script, "#!/bin/sh\necho >>%s\nexec %s \"$@\"\n".formatted(log, ip()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path before = Files.writeString(directory.resolve("before.yaml"), yaml(100, 1472));
        Path after = Files.writeString(directory.resolve("after.yaml"), yaml(60, 1400));
        System.out.printf("%nProcesses started by the iproute2 backend%n");
        try (NetworkNamespace host = host()) {
            for (String run : List.of("apply " + before, "apply " + after, "destroy " + after)) {
                Files.writeString(log, "");
                String command = "PATH=%s:$PATH exec %s %s".formatted(script.getParent(), launcher, run);
                host.run("sh", "-c", command + " --backend iproute2");
                Figures.printRatio(
                        run.replace(directory + "/", ""),
                        Files.readAllLines(log).size(),
                        8);
            }
        }
    }

    private static String ip() {
        return Command.run(List.of("sh", "-c", "command -v ip")).strip();
    }

    private static double time(Callable<?> step) throws Exception {
        long start = System.nanoTime();
        step.call();
        return (System.nanoTime() - start) / 1e9;
    }

    private static NetworkNamespace host() {
        NetworkNamespace host = NetworkNamespace.create("bench");
        host.ipBatch("link add name eth0 type dummy", "link set dev eth0 up", "addr add 203.0.113.1/24 dev eth0");
        return host;
    }

    private void inProcess(String id, int size, boolean recorded) throws Exception {
        String column = id + " warm";
        Config config = config(size, 1472);
        Config changed = config(size, 1400);
        try (NetworkNamespace host = host()) {
            host.call(() -> {
                try (Backend backend = RealKernel.provider(id).open("ipipou")) {
                    Reconciler reconciler =
                            new Reconciler(config, Plugins.BUILT_IN.schemes(), backend, Map::of, EndpointLookup.KERNEL);
                    Reconciler other = new Reconciler(
                            changed, Plugins.BUILT_IN.schemes(), backend, Map::of, EndpointLookup.KERNEL);
                    double apply = time(() -> run(reconciler, false));
                    double plan = time(reconciler::plan);
                    double change = time(() -> run(other, false));
                    double destroy = time(() -> run(other, true));
                    if (recorded) {
                        figures.put(size, APPLY, column, apply);
                        figures.put(size, PLAN, column, plan);
                        figures.put(size, CHANGE, column, change);
                        figures.put(size, DESTROY, column, destroy);
                    }
                }
                return true;
            });
        }
    }

    /** The runs that are measured leave none. */
    private static final Journal NO_JOURNAL = new Journal(Path.of("/nowhere"), "netlink");

    private static boolean run(Reconciler reconciler, boolean destroy) throws Exception {
        ApplyReport report = destroy ? reconciler.destroy(plan -> {}) : reconciler.repair(NO_JOURNAL, plan -> {});
        if (!report.converged()) {
            throw new IllegalStateException("not converged: " + report.failures());
        }
        return true;
    }

    private void wholeProcess(String backend, int size) throws Exception {
        String column = backend + " process";
        Path file = directory.resolve("tunnels-" + size + ".yaml");
        Path changed = directory.resolve("changed-" + size + ".yaml");
        Files.writeString(file, yaml(size, 1472));
        Files.writeString(changed, yaml(size, 1400));
        try (NetworkNamespace host = host()) {
            launch(host, size, APPLY, column, "apply", "--backend", backend, file.toString());
            launch(host, size, PLAN, column, "plan", "--backend", backend, file.toString());
            launch(host, size, CHANGE, column, "apply", "--backend", backend, changed.toString());
            launch(host, size, DESTROY, column, DESTROY, "--backend", backend, changed.toString());
        }
    }

    /** Measures the time of a command, and of an apply its peak resident memory too. */
    private void launch(NetworkNamespace host, int size, String step, String column, String... arguments)
            throws Exception {
        List<String> command =
                new ArrayList<>(List.of("time", "-f", "%e %M", "-o", directory + "/time", launcher.toString()));
        command.addAll(List.of(arguments));
        host.run(command.toArray(String[]::new));
        String[] measured = Files.readString(directory.resolve("time")).strip().split(" ");
        figures.put(size, step, column, Double.parseDouble(measured[0]));
        if (step.equals(APPLY)) {
            figures.put(size, "peak memory of that, MB", column, Integer.parseInt(measured[1]) / 1024.0);
        }
    }

    /** The same objects by {@code ip -batch}, deleted one by one, and the dumps of {@code ip} for what a plan reads. */
    private void plainIp(int size) throws Exception {
        List<String> create = new ArrayList<>(List.of("fou add port 10000 ipproto 4"));
        List<String> addresses = new ArrayList<>();
        List<String> up = new ArrayList<>();
        List<String> routes = new ArrayList<>();
        List<String> delete = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            create.add("link add name t" + i + " type ipip local 203.0.113.1 remote " + BenchFiles.remote(i)
                    + " dev eth0 encap fou encap-sport 10000 encap-dport 10000");
            addresses.add("addr add " + BenchFiles.inner(i, 0) + " peer " + BenchFiles.inner(i, 1) + " dev t" + i);
            up.add("link set dev t" + i + " up");
            routes.add("route add " + network(i) + " dev t" + i);
            delete.add("link del dev t" + i);
        }
        delete.add("fou del port 10000");
        try (NetworkNamespace host = host()) {
            double links =
                    time(() -> batch(host, create)) + time(() -> batch(host, addresses)) + time(() -> batch(host, up));
            figures.put(size, APPLY, IP, links + time(() -> batch(host, routes)));
            figures.put(size, ADD_ADDR_UP, IP, links);
            figures.put(
                    size,
                    PLAN,
                    IP,
                    time(() -> host.run(
                            "sh", "-c", "ip -j -d link >/dev/null; ip -j addr >/dev/null; ip -j route >/dev/null")));
            figures.put(size, CHANGE, IP, time(() -> batch(host, List.of("link set dev t0 mtu 1400"))));
            figures.put(size, DESTROY, IP, time(() -> batch(host, delete)));
        }
    }

    private boolean batch(NetworkNamespace host, List<String> lines) throws Exception {
        Path file = directory.resolve("batch");
        Files.write(file, lines);
        host.run("ip", "-batch", file.toString());
        return true;
    }

    private void printRatios() {
        System.out.printf("%nRatios, netlink in process and warm, 1000 tunnels%n");
        double links = figures.get(1000, ADD_ADDR_UP, IP);
        Figures.printRatio("first apply / ip -batch (add + addr + up)", warm(1000, APPLY) / links, 0.8);
        Figures.printRatio(
                "destroy / ip -batch deleting one by one", warm(1000, DESTROY) / figures.get(1000, DESTROY, IP), 0.15);
        Figures.printRatio(
                "plan with nothing to do / ip -j dumps", warm(1000, PLAN) / figures.get(1000, PLAN, IP), 1.5);
        printGrowth();
    }

    private void printGrowth() {
        for (String step : List.of(APPLY, PLAN, DESTROY)) {
            Figures.printRatio(step + ", 5000 / 1000", warm(5000, step) / warm(1000, step), 5.5);
        }
    }

    private double warm(int size, String step) {
        return figures.get(size, step, "netlink warm");
    }

    private static Config config(int size, int firstMtu) {
        return Plugins.BUILT_IN.config(yaml(size, firstMtu));
    }

    private static String yaml(int size, int firstMtu) {
        StringBuilder peers = new StringBuilder("peers:\n");
        StringBuilder tunnels = new StringBuilder("tunnels:\n");
        for (int i = 0; i < size; i++) {
            peers.append("  p%d: {endpoint: \"%s:10000\"}%n".formatted(i, BenchFiles.remote(i)));
            tunnels.append("  t%d: {peer: p%d, inner: {address: %s, peer: %s}, routes: [%s], mtu: %d}%n"
                    .formatted(
                            i,
                            i,
                            BenchFiles.inner(i, 0),
                            BenchFiles.inner(i, 1),
                            network(i),
                            i == 0 ? firstMtu : 1472));
        }
        return "apiVersion: ipipou/v1\ndefaults: {mode: static, local: {device: eth0, port: 10000}}\n" + peers
                + tunnels;
    }

    private static String network(int i) {
        return "10." + i / 250 + "." + i % 250 + ".0/24";
    }
}
