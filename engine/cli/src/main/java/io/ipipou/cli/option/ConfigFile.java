package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.config.Problem;
import io.ipipou.core.config.Source;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.core.source.LastGoodRevision;
import io.ipipou.core.source.SyncStateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The FILE argument. */
public final class ConfigFile {

    private static final String STANDARD_INPUT = "-";
    private static final String DEFAULT = "/etc/ipipou/tunnels.yaml";

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "What the host shall have; default: " + DEFAULT
                    + ", or without it the revision that the last pull put in force; - is standard input.")
    private @Nullable String file;

    public ConfigFile(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Another file than the argument. */
    public ConfigFile(Terminal terminal, String file) {
        this.terminal = terminal;
        this.file = file;
    }

    public boolean isStandardInput() {
        return name().equals(STANDARD_INPUT);
    }

    /** Whether the operator named the file. */
    public boolean isGiven() {
        return file != null;
    }

    public boolean exists() {
        return Files.exists(Path.of(name())) || followed().isPresent();
    }

    /** As the operator wrote it. */
    public String name() {
        return Optional.ofNullable(file)
                .orElseGet(() -> followed().map(LastGoodRevision::name).orElse(DEFAULT));
    }

    /** What stands for the default file where there is none: the file of the source that the host follows. */
    private Optional<LastGoodRevision> followed() {
        if (isGiven() || Files.exists(Path.of(DEFAULT))) {
            return Optional.empty();
        }
        try {
            return new SyncStateFiles(Directories.state()).good();
        } catch (IOException e) { // and then the default file is missed, and status tells why
            return Optional.empty();
        }
    }

    /** What tells it from other files: its path without symbolic links, as far as it exists. */
    public String identity() {
        Optional<LastGoodRevision> good = followed();
        if (good.isPresent()) {
            return good.get().place().toString();
        }
        Path path = Path.of(name());
        try {
            return path.toRealPath().toString();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize().toString();
        }
    }

    /** How plans call it: without directories. */
    public String shortName() {
        return isStandardInput()
                ? "standard input"
                : String.valueOf(Path.of(name()).getFileName());
    }

    /** Reads and checks the file; prints its warnings. */
    public Config read(PluginOptions plugins, PluginPath path) throws CommandFailure {
        try {
            LoadedConfig loaded = new ConfigReader(plugins.known(path)).read(source());
            loaded.warnings().forEach(warning -> terminal.complain("warning: " + warning));
            return loaded.config();
        } catch (ConfigException e) {
            List<String> lines = e.problems().stream().map(Problem::toString).toList();
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, lines);
        }
    }

    private Source source() throws CommandFailure {
        if (isStandardInput()) {
            return new Source("<stdin>", content(() -> System.in), Path.of(""));
        }
        Optional<LastGoodRevision> good = followed();
        if (good.isPresent()) {
            return good.get().file();
        }
        Path path = Path.of(name());
        Path directory = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        return new Source(name(), content(() -> Files.newInputStream(path)), directory);
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    private byte[] content(Opening opening) throws CommandFailure {
        try (InputStream in = opening.open()) {
            // One more than is allowed, so that the reader sees that it is too much, and no more than that.
            return in.readNBytes(Source.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, name() + ": there is no such file");
        } catch (AccessDeniedException e) {
            throw new CommandFailure(ExitCode.NO_PERMISSION, name() + ": not permitted to read it");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, name() + ": cannot be read: " + e.getMessage());
        }
    }
}
