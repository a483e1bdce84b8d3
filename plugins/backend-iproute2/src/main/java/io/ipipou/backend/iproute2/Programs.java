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
 * Runs programs; the only class that starts processes. No shell is involved, and the process gets an environment of
 * {@code LC_ALL=C} alone. It runs in the calling thread's namespaces. Not safe for use by several threads.
 */
final class Programs implements AutoCloseable {

    /** How long a run may take before its first line counts. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How much longer for every line: fifty times what a slow, emulated machine needs. */
    private static final Duration PATIENCE_PER_LINE = Duration.ofMillis(100);

    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** Where the tools are on systems that leave them out of an ordinary user's PATH. */
    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    /** What a run left behind. */
    record Answer(int exit, String out, String err) {}

    private final Duration patience;
    private final ExecutorService pipes = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "ipipou-iproute2-pipe");
        thread.setDaemon(true);
        return thread;
    });
    private int launches;

    Programs(Duration patience) {
        this.patience = patience;
    }

    /**
     * The first program of that name in a search path, else in the system's directories.
     *
     * @param searchPath as in PATH, or null for none
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

    /** How many processes were started so far. */
    int launches() {
        return launches;
    }

    /**
     * Runs the program to its end.
     *
     * @param lines its standard input
     * @throws BackendException if it could not be started or did not end in time: it is not known what was done
     */
    Answer run(Path program, List<String> arguments, List<String> lines) throws BackendException {
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
            throw new BackendException(program + " cannot be started: " + e.getMessage(), e);
        }
        return converse(program, process, input, patience.plus(PATIENCE_PER_LINE.multipliedBy(lines.size())));
    }

    private Answer converse(Path program, Process process, byte[] input, Duration limit) throws BackendException {
        Future<byte[]> out = pipes.submit(() -> process.getInputStream().readAllBytes());
        Future<byte[]> err = pipes.submit(() -> process.getErrorStream().readAllBytes());
        Future<Boolean> in = pipes.submit(() -> feed(process, input));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            Answer answer = new Answer(process.exitValue(), text(out), text(err));
            if (!in.get(DRAIN.toMillis(), TimeUnit.MILLISECONDS) && answer.exit() == 0) {
                throw new BackendException(program + " did not read all it was told, and says that all is well");
            }
            return answer;
        } catch (TimeoutException e) {
            kill(process);
            throw new BackendException(program + " did not end within " + limit.toSeconds()
                    + " s and was stopped; what it did is not known");
        } catch (ExecutionException e) {
            kill(process);
            throw new BackendException("what " + program + " says cannot be read", e);
        } catch (InterruptedException e) {
            kill(process);
            throw new BackendException(program + " was stopped; what it did is not known", e);
        }
    }

    private static String text(Future<byte[]> pipe) throws InterruptedException, ExecutionException, TimeoutException {
        return new String(pipe.get(DRAIN.toMillis(), TimeUnit.MILLISECONDS), UTF_8);
    }

    /** Returns whether all was taken; what ends early stops reading, and its exit status says why. */
    private static boolean feed(Process process, byte[] input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
            return true;
        } catch (IOException e) {
            return false;
        }
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
