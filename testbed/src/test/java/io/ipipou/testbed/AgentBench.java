package io.ipipou.testbed;

import io.ipipou.cli.log.Logs;
import io.ipipou.core.config.Auth;
import io.ipipou.core.config.Config;
import io.ipipou.spi.auth.AuthPacket;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures the agent and the gate; {@code ./bench} runs it. */
final class AgentBench {

    private AgentBench() {}

    /**
     * @param arguments {@code verify} for the one part that needs no kernel; or the launcher, a directory for files, and the parts,
     *     by default all but the throughput
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("verify")) {
            measureVerification();
            return;
        }
        Logs.configure(Map.of(Logs.LEVEL, "error")); // agents in this JVM log every admission
        Path launcher = Path.of(arguments[0]);
        Path directory = Path.of(arguments[1]);
        List<String> parts = arguments.length > 2
                ? List.of(arguments).subList(2, arguments.length)
                : List.of("latency", "flood", "memory", "idle", "drift", "crash");
        for (String part : parts) {
            switch (part) {
                case "latency" -> new AdmissionBench(directory).latency();
                case "flood" -> new AdmissionBench(directory).flood();
                case "throughput" -> new GateThroughput(launcher, directory).measure();
                case "memory" -> new AgentFootprint(launcher, directory).memory();
                case "idle" -> new AgentFootprint(launcher, directory).idle();
                case "drift" -> new AgentRepairs().measure();
                case "crash" -> crash();
                default -> throw new IllegalArgumentException("no such part: " + part);
            }
        }
        System.exit(0); // the agents' threads still run
    }

    private static void crash() throws Exception {
        System.out.printf("%nProcesses that apply, killed with SIGKILL%n");
        for (KilledApply.By by : KilledApply.By.values()) {
            System.out.printf("%s: ", by);
            crash(by, Files.createTempDirectory("crash"));
        }
    }

    private static void crash(KilledApply.By by, Path directory) throws Exception {
        try (CrashHost host = new CrashHost(by, directory)) {
            host.everyPoint((yaml, counted, point) ->
                    KilledApply.isKilled(by, host.namespace(), directory, yaml, counted, point));
        }
    }

    private static void measureVerification() throws Exception {
        Keys keys = Keys.generated();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(
                "ed25519",
                "{scheme: ed25519, privateKey: \"%s\", remotePublicKey: \"%s\", secret: s}"
                        .formatted(keys.privateKey(), keys.publicKey()));
        entries.put("token", "{scheme: token, token: Labrador}");
        System.out.println("Authentication packets verified per second and core of this machine");
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            Config config = Plugins.BUILT_IN.config("""
                    apiVersion: ipipou/v1
                    auth: {a: %s}
                    tunnels: {}
                    """.formatted(entry.getValue()));
            Auth auth = Optional.ofNullable(config.auth().get("a")).orElseThrow();
            Verifier verifier = Plugins.BUILT_IN.schemes().verifier(auth);
            AuthPacket packet = new AuthPacket(
                    Plugins.BUILT_IN.schemes().authenticator(auth).request(),
                    new Endpoint(Ipv4.of("203.0.113.2"), 1),
                    Clock.systemUTC().instant());
            verificationsPerSecond(verifier, packet); // warms the JVM up
            System.out.printf("  %-10s %,.0f%n", entry.getKey(), verificationsPerSecond(verifier, packet));
        }
    }

    private static double verificationsPerSecond(Verifier verifier, AuthPacket packet) {
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < 2_000_000_000L) {
            for (int i = 0; i < 100; i++) {
                if (!verifier.verify(packet).isAccepted()) {
                    throw new IllegalStateException("a valid authentication packet was rejected");
                }
            }
            count += 100;
        }
        return count * 1e9 / (System.nanoTime() - start);
    }
}
