package io.ipipou.cli.guard;

import io.ipipou.cli.process.Directories;
import io.ipipou.core.apply.ProcessId;
import io.ipipou.core.apply.RollbackGuard;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code guard} as a process in a session of its own, which no terminal's end reaches. It holds the reading end of
 * a pipe from this process, so that it learns at once when this one ends, however that happens.
 */
public final class DetachedGuard implements RollbackGuard {

    /** The hidden command that a guard runs. */
    public static final String COMMAND = "guard";

    /** What the guard prints when it watches. */
    public static final String READY = "watching";

    /** The launcher tells its own path; without it, PATH leads there. */
    private static final String LAUNCHER_PROPERTY = "ipipou.launcher";

    private static final long START_SECONDS = 60;

    /** Kept, for the pipe is closed with the last that knows of it. */
    private static final Set<Process> GUARDS = ConcurrentHashMap.newKeySet();

    private final Optional<String> pluginPath;

    /** @param pluginPath what {@code --plugin-path} says */
    public DetachedGuard(Optional<String> pluginPath) {
        this.pluginPath = pluginPath;
    }

    /** What guards have to say, since nobody may be there to read it: the last one's words. */
    public static Path log() {
        return Directories.state().resolve("guard.log");
    }

    public static Optional<String> lastWords() {
        try {
            return Files.readAllLines(log()).stream().reduce((first, second) -> second);
        } catch (IOException e) {
            return Optional.empty(); // No guard ever had anything to say.
        }
    }

    @Override
    public ProcessId watch(String apply) throws IOException {
        Files.createDirectories(Directories.state());
        Process started = new ProcessBuilder(command(apply))
                .redirectError(Redirect.to(log().toFile()))
                .start();
        GUARDS.add(started);
        if (!READY.equals(firstLine(started))) {
            started.destroyForcibly();
            String words = Files.readString(log()).strip();
            throw new IOException(words.isEmpty() ? "it did not come up in " + START_SECONDS + " s" : words);
        }
        return ProcessId.of(started.pid());
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
