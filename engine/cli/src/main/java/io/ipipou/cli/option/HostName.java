package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.spi.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Replaces {@code {hostname}} in a path of a repository. */
final class HostName {

    private static final String PLACEHOLDER = "{hostname}";

    private static final String FORM = "[A-Za-z0-9_-]{1,64}";

    private HostName() {}

    /** @throws CommandFailure if the path needs the host's name and that cannot be part of a path */
    static String fill(String path) throws CommandFailure {
        return path.contains(PLACEHOLDER) ? fill(path, current()) : path;
    }

    static String fill(String path, String hostName) throws CommandFailure {
        String name = shortened(hostName);
        if (!name.matches(FORM)) {
            throw CommandFailure.usage("this host's name, \"" + Printable.line(name)
                    + "\", cannot be part of a path (give --path without " + PLACEHOLDER + ")");
        }
        return path.replace(PLACEHOLDER, name);
    }

    /** Up to the first dot, as {@code hostname -s} prints it. */
    private static String shortened(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    /** As gethostname(2) returns it: of the calling thread's UTS namespace. */
    private static String current() throws CommandFailure {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read the host's name: " + e);
        }
    }
}
