package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.Programs.Answer;
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

    /** @param searchPath as in PATH, or null for none */
    static Path find(@Nullable String searchPath) throws BackendException {
        return found(Programs.find("ip", searchPath));
    }

    static Path found(Optional<Path> command) throws BackendException {
        return command.orElseThrow(
                () -> new BackendException("the ip command is not there: install the package iproute2, or"
                        + " choose another backend with settings.backend"));
    }

    /** How many processes were started so far, of whatever program. */
    int launches() {
        return programs.launches();
    }

    /**
     * Runs the lines in order up to the first that fails.
     *
     * @param options of {@code ip}, which hold for all lines
     * @throws BackendException as {@link Programs#run}
     */
    Answer run(List<String> options, List<String> lines) throws BackendException {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-batch", "-"));
        return programs.run(command, arguments, lines);
    }
}
