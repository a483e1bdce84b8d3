package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.agent.converge.Converger;
import io.ipipou.agent.converge.InitialConfig;
import io.ipipou.agent.converge.KernelWriter;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.apply.CrashingJournal;
import io.ipipou.core.apply.Journal;
import io.ipipou.core.name.NameLookups;
import io.ipipou.core.name.NameResolver;
import io.ipipou.spi.backend.Backend;
import io.ipipou.testkit.KernelUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** An apply, by the command or by an agent, that crashes at a given point: a process that is killed with SIGKILL, or a call that throws. */
final class KilledApply {

    /** The status of a shell for SIGKILL: 128 and the signal's number. */
    private static final int KILLED = 137;

    private KilledApply() {}

    /** What applies, and after a crash is started again. */
    enum By {
        COMMAND,
        AGENT
    }

    /** @param arguments the file, the journal's directory, what points are numbered by, the point of the crash, and what applies */
    public static void main(String[] arguments) throws Exception {
        try (Backend backend = RealKernel.provider("netlink").open(KernelUnderTest.NFT_TABLE)) {
            boolean converged = apply(
                    By.valueOf(arguments[4]),
                    Files.readString(Path.of(arguments[0])),
                    backend,
                    Path.of(arguments[1]),
                    CrashHost.Counted.valueOf(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    where -> kill());
            System.exit(converged ? 0 : 1);
        }
    }

    private static void kill() {
        try {
            new ProcessBuilder(
                            "kill",
                            "-KILL",
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        while (true) {
            LockSupport.park();
        }
    }

    /** @return whether it has reached the desired state */
    static boolean apply(
            By by,
            String yaml,
            Backend backend,
            Path directory,
            CrashHost.Counted counted,
            int point,
            Consumer<String> crash)
            throws Exception {
        boolean atWrite = counted == CrashHost.Counted.KERNEL_WRITES;
        Journal journal =
                atWrite ? new Journal(directory, "netlink") : CrashingJournal.crashingBefore(point, directory, crash);
        Backend through = atWrite ? new CrashingBackend(backend, point - 1, crash) : backend;
        ApplyRequest request = new ApplyRequest(plan -> {}, true);
        return by == By.COMMAND
                ? CrashHost.reconciler(yaml, through).apply(journal, request).converged()
                : applyByAgent(yaml, through, journal, directory, request);
    }

    /** On the writing thread of an agent that had no tunnels. */
    private static boolean applyByAgent(
            String yaml, Backend backend, Journal journal, Path directory, ApplyRequest request) throws Exception {
        try (Converger agent = new Converger(
                InitialConfig.inForce(CrashHost.config(CrashHost.NOTHING)),
                journal,
                backend,
                Plugins.BUILT_IN.schemes(),
                new NameLookups(NameResolver.SYSTEM),
                new KernelWriter(directory),
                new PeerTable(System::nanoTime),
                resolution -> {})) {
            return agent.apply(CrashHost.config(yaml), request).converged();
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof Error crash) {
                throw crash;
            }
            throw e;
        }
    }

    /**
     * Runs it as a process.
     *
     * @param directory the journal's
     * @return whether it was killed
     */
    static boolean isKilled(
            By by, NetworkNamespace host, Path directory, String yaml, CrashHost.Counted counted, int point)
            throws IOException {
        Path file = Files.writeString(directory.resolve("t.yaml"), yaml, UTF_8);
        Path lib = Path.of(Distribution.LAUNCHER).resolveSibling("../lib").normalize();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                // A class-data archive is used if its class path comes first.
                "-XX:SharedArchiveFile=" + lib.resolve("ipipou.jsa"),
                "-cp",
                lib.resolve("ipipou.jar") + ":" + System.getProperty("java.class.path"),
                KilledApply.class.getName(),
                file.toString(),
                directory.toString(),
                counted.name(),
                Integer.toString(point),
                by.name());
        Command.Result result = host.call(() -> Command.tryRun(command, ""));
        if (result.status() != KILLED && result.status() != 0) {
            throw new IllegalStateException("status " + result.status() + ": " + result.output());
        }
        return result.status() == KILLED;
    }
}
