package io.ipipou.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A network namespace under {@code /run/netns} and a thread in it. */
final class NetworkNamespace implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** The directory of {@code ip netns}. */
    private static final Path DIRECTORY = Path.of("/run/netns");

    private final Path path;
    private final ExecutorService thread;

    private NetworkNamespace(String name) {
        this.path = DIRECTORY.resolve(name);
        this.thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "netns " + name));
    }

    /** Does what {@code ip netns add} does; the name is unique in this JVM and begins with the prefix. */
    static NetworkNamespace create(String prefix) {
        NetworkNamespace namespace = new NetworkNamespace(prefix + COUNT.incrementAndGet());
        namespace.call(() -> {
            Files.createDirectories(DIRECTORY);
            Files.createFile(namespace.path);
            Libc.newNetworkNamespace(namespace.path);
            return true;
        });
        return namespace;
    }

    /** For {@code ip -n NAME} and {@code ip netns exec NAME}. */
    String name() {
        return path.getFileName().toString();
    }

    /** Runs the task in the namespace's thread; sockets that it opens belong to the namespace. */
    <T> T call(Callable<T> task) {
        return join(thread.submit(task));
    }

    /** Runs the task in the namespace in a thread without CAP_NET_ADMIN and CAP_NET_RAW. */
    <T> T callUnprivileged(Callable<T> task) {
        ExecutorService once = Executors.newSingleThreadExecutor();
        try {
            return join(once.submit(() -> {
                Libc.enterNetworkNamespace(path);
                Libc.dropNetworkCapabilities();
                return task.call();
            }));
        } finally {
            once.shutdown();
        }
    }

    /** Runs a program in the namespace, which must succeed; returns its output. */
    String run(String... command) {
        return call(() -> Command.run(List.of(command)));
    }

    /** Runs a program in the namespace. */
    Command.Result tryRun(String... command) {
        return call(() -> Command.tryRun(List.of(command), ""));
    }

    /** Starts a program in the namespace. */
    Background start(String... command) {
        return call(() -> Background.start(List.of(command)));
    }

    /** {@code ip} with these arguments. */
    void ip(String... arguments) {
        run(Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new));
    }

    /** {@code ip} with each of these lines, in one process. */
    void ipBatch(String... lines) {
        call(() -> Command.run(List.of("ip", "-batch", "-"), String.join("\n", lines)));
    }

    /** Pings an address twice; it must reply. */
    void ping(String address) {
        run("ping", "-c", "2", "-i", "0.2", "-W", "5", address);
    }

    /** Whether an address replies to a ping within a second. */
    boolean reaches(String address) {
        return tryRun("ping", "-c", "1", "-W", "1", address).status() == 0;
    }

    private static <T> T join(Future<T> task) {
        try {
            return task.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(failure.getCause());
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        Libc.forgetNetworkNamespace(path);
        try {
            Files.delete(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
