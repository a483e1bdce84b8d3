package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.spi.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stands for {@code {hostname}} in a path of a repository. */
public final class HostName {

    private static final String PLACEHOLDER = "{hostname}";

    private static final String FORM = "[A-Za-z0-9_-]{1,64}";

    private HostName() {}

    /**
     * @throws CommandFailure if the path needs the host's name and that is none to make a path of
     */
    public static String fill(String path) throws CommandFailure {
        return path.contains(PLACEHOLDER) ? fill(path, current()) : path;
    }

    public static String fill(String path, String hostName) throws CommandFailure {
        String name = shortened(hostName);
        if (!name.matches(FORM)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "this host's name, \"" + Printable.line(name) + "\", cannot stand in a path (give --path without "
                            + PLACEHOLDER + ")");
        }
        return path.replace(PLACEHOLDER, name);
    }

    /** Up to the first dot, as {@code hostname -s} has it. */
    private static String shortened(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    /** As gethostname(2) has it: of the calling thread's UTS namespace. */
    private static String current() throws CommandFailure {
        Path file = Path.of("/proc/sys/kernel/hostname");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "the host's name cannot be read: " + e);
        }
    }
}
