package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.spi.backend.BackendException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs; the only class that starts processes. They run without a shell, with only {@code LC_ALL=C} in their
 * environment, in the calling thread's namespaces. Not thread-safe.
 */
final class Programs implements AutoCloseable {

    /** How long a program may run, in addition to {@link #TIMEOUT_PER_LINE}. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Fifty times what a slow, emulated machine needs for a line of input. */
    private static final Duration TIMEOUT_PER_LINE = Duration.ofMillis(100);

    /** How long the output may stay open after the program has ended. */
    private static final Duration OUTPUT_TIMEOUT = Duration.ofSeconds(5);

    /** Searched after PATH, which may lack them for ordinary users. */
    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    /** How a program ended and what it printed. */
    record Result(int exit, String out, String err) {}

    private final Duration timeout;
    private final ExecutorService pipes = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "ipipou-iproute2-pipe");
        thread.setDaemon(true);
        return thread;
    });
    private int launches;

    Programs(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Finds a program in a search path, or else in the system's directories.
     *
     * @param searchPath the value of PATH, or null if it is not set
     */
    static Optional<Path> find(String name, @Nullable String searchPath) {
        String path = Optional.ofNullable(searchPath).orElse("");
        List<String> directories = new ArrayList<>(List.of(path.split(File.pathSeparator)));
        directories.addAll(SYSTEM_DIRECTORIES);
        return findIn(directories, name);
    }

    static Optional<Path> findIn(List<String> directories, String name) {
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** The number of processes started so far. */
    int launches() {
        return launches;
    }

    /**
     * Runs the program and waits until it ends.
     *
     * @param lines its standard input
     * @throws BackendException if it could not be started, or did not end in time, so that its effect is unknown
     */
    Result run(Path program, List<String> arguments, List<String> lines) throws BackendException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        byte[] input = lines.isEmpty() ? new byte[0] : (String.join("\n", lines) + "\n").getBytes(UTF_8);
        Process process;
        try {
            launches++;
            process = builder.start();
        } catch (IOException e) {
            throw new BackendException("cannot start " + program + ": " + e.getMessage(), e);
        }
        return exchange(program, process, input, timeout.plus(TIMEOUT_PER_LINE.multipliedBy(lines.size())));
    }

    private Result exchange(Path program, Process process, byte[] input, Duration limit) throws BackendException {
        Future<byte[]> out = pipes.submit(() -> process.getInputStream().readAllBytes());
        Future<byte[]> err = pipes.submit(() -> process.getErrorStream().readAllBytes());
        Future<Boolean> in = pipes.submit(() -> writeInput(process, input));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            Result result = new Result(process.exitValue(), text(out), text(err));
            if (!in.get(OUTPUT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) && result.exit() == 0) {
                throw new BackendException(program + " ended successfully but did not read all its input");
            }
            return result;
        } catch (TimeoutException e) {
            kill(process);
            throw new BackendException(program + " did not end within " + limit.toSeconds()
                    + " s and was killed, so the result is unknown");
        } catch (ExecutionException e) {
            kill(process);
            throw new BackendException("cannot read the output of " + program, e);
        } catch (InterruptedException e) {
            kill(process);
            throw new BackendException("interrupted; " + program + " was killed, so the result is unknown", e);
        }
    }

    private static String text(Future<byte[]> pipe) throws InterruptedException, ExecutionException, TimeoutException {
        return new String(pipe.get(OUTPUT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS), UTF_8);
    }

    /** Returns whether the program read all of it. One that fails early stops reading; its exit status says so. */
    private static boolean writeInput(Process process, byte[] input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A tool's error message, or a substitute if it printed none. */
    static String orNoMessage(String message) {
        return message.isEmpty() ? "it printed no error message" : message;
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        pipes.shutdown();
    }
}
