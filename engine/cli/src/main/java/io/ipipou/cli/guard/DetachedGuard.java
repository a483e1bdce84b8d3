package io.ipipou.cli.guard;

import io.ipipou.cli.process.Directories;
import io.ipipou.core.apply.ProcessId;
import io.ipipou.core.apply.RollbackGuard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code ipipou guard} in a session of its own, which survives the end of the terminal. The guard reads a pipe from
 * this process, so that it notices at once when this process ends, however that happens.
 */
public final class DetachedGuard implements RollbackGuard, AutoCloseable {

    /** The hidden command. */
    public static final String COMMAND = "guard";

    /** The guard prints this once it watches. */
    public static final String READY = "watching";

    /** Path of the launcher, which sets this; without it, PATH is searched. */
    private static final String LAUNCHER_PROPERTY = "ipipou.launcher";

    private static final long START_SECONDS = 60;

    private final Optional<String> pluginPath;
    private Optional<Process> started = Optional.empty();

    /** @param pluginPath value of {@code --plugin-path} */
    public DetachedGuard(Optional<String> pluginPath) {
        this.pluginPath = pluginPath;
    }

    private static Path log() {
        return Directories.state().resolve("guard.log");
    }

    /** The last line that the last guard logged; empty if it logged nothing. */
    public static Optional<String> lastMessage() {
        try {
            return Files.readAllLines(log()).stream().reduce((first, second) -> second);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public ProcessId watch(String apply) throws IOException {
        Files.createDirectories(Directories.state());
        Process guard = new ProcessBuilder(command(apply))
                .redirectError(Redirect.to(log().toFile()))
                .start();
        started = Optional.of(guard);
        if (!READY.equals(firstLine(guard))) {
            guard.destroyForcibly();
            String error = Files.readString(log()).strip();
            throw new IOException(error.isEmpty() ? "it did not start within " + START_SECONDS + " s" : error);
        }
        return ProcessId.of(guard.pid());
    }

    /** Ends the pipe: the guard rolls back an apply that is not over. */
    @Override
    public void close() {
        started.ifPresent(guard -> {
            try {
                guard.getOutputStream().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private List<String> command(String apply) {
        String launcher = System.getProperty(LAUNCHER_PROPERTY, "ipipou");
        List<String> command = new ArrayList<>(List.of("setsid", launcher, COMMAND, "--apply", apply));
        pluginPath.ifPresent(directories -> command.addAll(List.of("--plugin-path", directories)));
        return command;
    }

    private static String firstLine(Process process) {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return Optional.ofNullable(output.readLine()).orElse("");
                    } catch (IOException e) {
                        return "";
                    }
                })
                .completeOnTimeout("", START_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
