package io.ipipou.testbed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures the memory and the processor time of an agent, a process of its own, that has nothing to do. */
final class AgentFootprint {

    /** Until what the start has begun is finished. */
    private static final long SETTLING_MILLIS = 2000;

    private static final int IDLE_SECONDS = 120;
    /** Longer: until all code that runs repeatedly is compiled. */
    private static final long WARMING_MILLIS = 240_000;

    private final Path launcher;
    private final Path directory;

    AgentFootprint(Path launcher, Path directory) {
        this.launcher = launcher;
        this.directory = directory;
    }

    private Background start(Wire wire, String yaml) throws Exception {
        Path file = Files.writeString(Files.createTempFile(directory, "agent", ".yaml"), yaml);
        Path run = Files.createTempDirectory("run"); // the results are on 9p, which has no sockets
        return wire.hub()
                .start(
                        "sh",
                        "-c",
                        "IPIPOU_RUN_DIR=%s IPIPOU_STATE_DIR=%s exec %s agent %s".formatted(run, run, launcher, file))
                .awaitLine("the agent is ready");
    }

    private static List<Keys> keys(int number) {
        return Stream.generate(Keys::generated).limit(number).toList();
    }

    void memory() throws Exception {
        System.out.printf("%nResident memory of an agent, MB%n");
        Map<Integer, Double> resident = new LinkedHashMap<>();
        for (int size : List.of(1, 1000, 5000)) {
            try (Wire wire = new Wire()) {
                Background agent = start(wire, BenchFiles.hub(keys(size)));
                Thread.sleep(SETTLING_MILLIS);
                resident.put(size, agent.residentKilobytes() / 1024.0);
                agent.interrupt();
            }
            System.out.printf("  %4d peers  %.1f%n", size, resident.getOrDefault(size, 0.0));
        }
        for (int size : List.of(1000, 5000)) {
            double growth = resident.getOrDefault(size, 0.0) - resident.getOrDefault(1, 0.0);
            Figures.printRatio("growth per peer up to " + size + ", KB", growth * 1024 / (size - 1), 10);
        }
    }

    /** With 50 static tunnels and 50 peers that could authenticate and do not. */
    void idle() throws Exception {
        String roaming = BenchFiles.hub(keys(50));
        String peers = lines(i -> "  s%d: {endpoint: \"198.18.0.%d:10000\"}%n".formatted(i, i + 1));
        String tunnels = lines(i -> "  s%d: {mode: static, peer: s%d, inner: {address: %s}}%n"
                .formatted(i, i, BenchFiles.inner(i + 500, 0)));
        String yaml = roaming.replace("tunnels:\n", peers + "tunnels:\n") + tunnels;
        try (Wire wire = new Wire()) {
            Background agent = start(wire, yaml);
            Thread.sleep(WARMING_MILLIS);
            long before = agent.processorMillis();
            long start = System.nanoTime();
            Thread.sleep(IDLE_SECONDS * 1000L);
            double used = agent.processorMillis() - before;
            double percent = 100 * used / ((System.nanoTime() - start) / 1e6);
            System.out.printf(
                    "%nAn idle agent with 100 tunnels, half of them of peers that have to authenticate, over %d s%n",
                    IDLE_SECONDS);
            Figures.printRatio("share of one emulated core, percent", percent, 0.2);
            Figures.printRatio("resident memory, MB", agent.residentKilobytes() / 1024.0, 100);
            agent.interrupt();
        }
    }

    private interface Line {
        String of(int number);
    }

    private static String lines(Line line) {
        return IntStream.range(0, 50).mapToObj(line::of).reduce("", String::concat);
    }
}
