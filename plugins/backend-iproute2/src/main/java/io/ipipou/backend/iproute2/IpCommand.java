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
 * Runs {@code ip -batch -}; the only class that starts processes. No shell is involved, and the process gets an
 * environment of {@code LC_ALL=C} alone. It runs in the calling thread's namespaces. Not safe for use by several
 * threads.
 */
final class IpCommand implements AutoCloseable {

    /** How long a run may take before its first line counts. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How much longer for every line: fifty times what a slow, emulated machine needs. */
    private static final Duration PATIENCE_PER_LINE = Duration.ofMillis(100);

    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** Where {@code ip} is on systems that leave it out of an ordinary user's PATH. */
    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    /** What a run left behind. */
    record Answer(int exit, String out, String err) {}

    private final Path command;
    private final Duration patience;
    private final ExecutorService pipes = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "ipipou-iproute2-pipe");
        thread.setDaemon(true);
        return thread;
    });
    private int launches;

    IpCommand(Path command, Duration patience) {
        this.command = command;
        this.patience = patience;
    }

    /**
     * The first {@code ip} of a search path, else of the system's directories.
     *
     * @param searchPath as in PATH, or null for none
     */
    static Path find(@Nullable String searchPath) throws BackendException {
        String path = Optional.ofNullable(searchPath).orElse("");
        List<String> directories = new ArrayList<>(List.of(path.split(File.pathSeparator)));
        directories.addAll(SYSTEM_DIRECTORIES);
        return findIn(directories);
    }

    static Path findIn(List<String> directories) throws BackendException {
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, "ip"))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new BackendException("the ip command is not there: install the package iproute2, or"
                        + " choose another backend with settings.backend"));
    }

    /** How many processes were started so far. */
    int launches() {
        return launches;
    }

    /**
     * Runs the lines in order up to the first that fails.
     *
     * @param options of {@code ip}, which hold for all lines
     * @throws BackendException if it could not be started or did not end in time: it is not known what was done
     */
    Answer run(List<String> options, List<String> lines) throws BackendException {
        List<String> arguments = new ArrayList<>(List.of(command.toString()));
        arguments.addAll(options);
        arguments.addAll(List.of("-batch", "-"));
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        byte[] input = (String.join("\n", lines) + "\n").getBytes(UTF_8);
        Process process;
        try {
            launches++;
            process = builder.start();
        } catch (IOException e) {
            throw new BackendException(command + " cannot be started: " + e.getMessage(), e);
        }
        return converse(process, input, patience.plus(PATIENCE_PER_LINE.multipliedBy(lines.size())));
    }

    private Answer converse(Process process, byte[] input, Duration limit) throws BackendException {
        Future<byte[]> out = pipes.submit(() -> process.getInputStream().readAllBytes());
        Future<byte[]> err = pipes.submit(() -> process.getErrorStream().readAllBytes());
        Future<Boolean> in = pipes.submit(() -> feed(process, input));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            Answer answer = new Answer(process.exitValue(), text(out), text(err));
            if (!in.get(DRAIN.toMillis(), TimeUnit.MILLISECONDS) && answer.exit() == 0) {
                throw new BackendException(command + " did not read all it was told, and says that all is well");
            }
            return answer;
        } catch (TimeoutException e) {
            kill(process);
            throw new BackendException(command + " did not end within " + limit.toSeconds()
                    + " s and was stopped; what it did is not known");
        } catch (ExecutionException e) {
            kill(process);
            throw new BackendException("what " + command + " says cannot be read", e);
        } catch (InterruptedException e) {
            kill(process);
            throw new BackendException(command + " was stopped; what it did is not known", e);
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
