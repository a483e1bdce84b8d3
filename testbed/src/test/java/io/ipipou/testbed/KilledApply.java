package io.ipipou.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.core.apply.CrashingJournal;
import io.ipipou.core.apply.Journal;
import io.ipipou.spi.backend.Backend;
import io.ipipou.testkit.KernelUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** An apply that crashes at a given point: a process that is killed with SIGKILL, or a call that throws. */
final class KilledApply {

    /** The status of a shell for SIGKILL: 128 and the signal's number. */
    private static final int KILLED = 137;

    private KilledApply() {}

    /** @param arguments the file, the journal's directory, what points are numbered by, and the point of the crash */
    public static void main(String[] arguments) throws Exception {
        try (Backend backend = RealKernel.provider("netlink").open(KernelUnderTest.NFT_TABLE)) {
            boolean converged = apply(
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
            String yaml, Backend backend, Path directory, CrashHost.Counted counted, int point, Consumer<String> crash)
            throws Exception {
        boolean atWrite = counted == CrashHost.Counted.KERNEL_WRITES;
        Journal journal =
                atWrite ? new Journal(directory, "netlink") : CrashingJournal.crashingBefore(point, directory, crash);
        Backend through = atWrite ? new CrashingBackend(backend, point - 1, crash) : backend;
        return CrashHost.reconciler(yaml, through)
                .apply(journal, plan -> {}, true, Optional.empty())
                .converged();
    }

    /**
     * Runs it as a process.
     *
     * @param directory the journal's
     * @return whether it was killed
     */
    static boolean isKilled(NetworkNamespace host, Path directory, String yaml, CrashHost.Counted counted, int point)
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
                Integer.toString(point));
        Command.Result result = host.call(() -> Command.tryRun(command, ""));
        if (result.status() != KILLED && result.status() != 0) {
            throw new IllegalStateException("status " + result.status() + ": " + result.output());
        }
        return result.status() == KILLED;
    }
}
