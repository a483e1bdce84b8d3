package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.Programs.Result;
import io.ipipou.spi.backend.BackendException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs {@code ip -batch -}. */
final class IpCommand {

    private final Programs programs;
    private final Path command;

    IpCommand(Programs programs, Path command) {
        this.programs = programs;
        this.command = command;
    }

    /** @param searchPath the value of PATH, or null if it is not set */
    static Path find(@Nullable String searchPath) throws BackendException {
        return requireInstalled(Programs.find("ip", searchPath));
    }

    static Path requireInstalled(Optional<Path> command) throws BackendException {
        return command.orElseThrow(
                () -> new BackendException("the ip command is not installed: install the package iproute2, or"
                        + " choose another backend with settings.backend"));
    }

    /** The number of processes started so far, of this and any other program. */
    int launches() {
        return programs.launches();
    }

    /**
     * Runs the lines in order until one fails.
     *
     * @param options options of {@code ip}, which apply to all lines
     * @throws BackendException as {@link Programs#run}
     */
    Result run(List<String> options, List<String> lines) throws BackendException {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-batch", "-"));
        return programs.run(command, arguments, lines);
    }
}
