package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Spelling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments {@code [TUNNEL...] [--file FILE]}. */
public final class TunnelSelection {

    /** Names that a message lists at most. */
    private static final int MAX_LISTED = 20;

    @Parameters(arity = "0..*", paramLabel = "TUNNEL", description = "Only these tunnels. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Configuration file; - for standard input. Default: " + ConfigFile.DEFAULT
                    + ", or else the revision last pulled from git.")
    private @Nullable String file;

    /** The file of {@code --file}, or the default one. */
    public ConfigFile file(Terminal terminal) {
        return file == null ? new ConfigFile(terminal) : new ConfigFile(terminal, file);
    }

    /**
     * Rejects a file among the tunnels: other commands take FILE there.
     *
     * @param tunnels the names of the file's tunnels
     */
    public void requireNoFiles(String command, Collection<String> tunnels) throws CommandFailure {
        for (String name : names) {
            if (!tunnels.contains(name) && Files.exists(Path.of(name))) {
                throw CommandFailure.usage(
                        "%s takes the names of tunnels, and %s is a file (write: ipipou %s --file %s)"
                                .formatted(command, name, command, name));
            }
        }
    }

    /**
     * Which of the tunnels are selected.
     *
     * @param known the names of all tunnels of the file and the host
     * @throws CommandFailure if one is not known
     */
    public Set<String> select(Collection<String> known) throws CommandFailure {
        for (String name : names) {
            if (!known.contains(name)) {
                throw CommandFailure.usage(unknown("tunnel", "tunnels", name, known));
            }
        }
        return new TreeSet<>(names.isEmpty() ? known : names);
    }

    /** That there is no such tunnel or peer, with the nearest name and a list. */
    public static String unknown(String kind, String kinds, String name, Collection<String> known) {
        String nearest = Spelling.nearest(name, known)
                .map(near -> "did you mean " + near + "? ")
                .orElse("");
        List<String> listed = known.stream().sorted().limit(MAX_LISTED).toList();
        String more = known.size() > MAX_LISTED ? " and %d more".formatted(known.size() - MAX_LISTED) : "";
        String all = known.isEmpty()
                ? "there are no " + kinds
                : "%s: %s%s".formatted(kinds, String.join(", ", listed), more);
        return "no %s is named %s (%s%s)".formatted(kind, name, nearest, all);
    }

    /** The names of the file's tunnels. */
    public static List<String> tunnelsOf(Config config) {
        return config.tunnels().stream().map(tunnel -> tunnel.name().value()).toList();
    }
}
