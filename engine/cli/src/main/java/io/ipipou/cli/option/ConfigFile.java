package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.ConfigException;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.GlobalSettings;
import io.ipipou.core.config.LoadedConfig;
import io.ipipou.core.config.Source;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The FILE argument. Without it, the default file counts, or else the revision last pulled from a repository. */
public final class ConfigFile {

    private static final String STANDARD_INPUT = "-";
    public static final String DEFAULT = "/etc/ipipou/tunnels.yaml";

    private final Terminal terminal;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Configuration file; - for standard input. Default: " + DEFAULT
                    + ", or else the revision last pulled from git.")
    private @Nullable String file;

    public ConfigFile(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A file that is not the argument. */
    public ConfigFile(Terminal terminal, String file) {
        this.terminal = terminal;
        this.file = file;
    }

    public boolean isStandardInput() {
        return name().equals(STANDARD_INPUT);
    }

    public boolean isGiven() {
        return file != null;
    }

    /** As the operator wrote it. */
    public String name() {
        return Optional.ofNullable(file)
                .orElseGet(() -> lastPulled().map(LastGoodRevision::name).orElse(DEFAULT));
    }

    /** Without directories, for messages. */
    public String shortName() {
        return isStandardInput()
                ? "standard input"
                : String.valueOf(Path.of(name()).getFileName());
    }

    /** The file, if the configuration is one on disk. */
    public Optional<Path> path() {
        return isStandardInput() || lastPulled().isPresent() ? Optional.empty() : Optional.of(Path.of(name()));
    }

    /** The same for every way to name the same file: its real path, as far as it exists. */
    public String identity() {
        Optional<LastGoodRevision> revision = lastPulled();
        if (revision.isPresent()) {
            return revision.get().source().toString();
        }
        Path path = Path.of(name());
        try {
            return path.toRealPath().toString();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize().toString();
        }
    }

    /** The revision that replaces a missing default file. */
    private Optional<LastGoodRevision> lastPulled() {
        if (isGiven() || Files.exists(Path.of(DEFAULT))) {
            return Optional.empty();
        }
        try {
            return new SyncStateFiles(Directories.state()).applied();
        } catch (IOException e) { // the default file is reported missing then, and status shows this error
            return Optional.empty();
        }
    }

    /** Reads and checks the file; prints its warnings. */
    public Config read(PluginOptions plugins) throws CommandFailure {
        return read(source(), plugins);
    }

    /** As {@link #read(PluginOptions)}, with content that was read before. */
    public Config read(Source source, PluginOptions plugins) throws CommandFailure {
        LoadedConfig loaded = load(source, plugins);
        loaded.warnings().forEach(warning -> terminal.warning(warning.toString()));
        return loaded.config();
    }

    /** As {@link #read(PluginOptions)}, without printing warnings. */
    public LoadedConfig load(PluginOptions plugins) throws CommandFailure {
        return load(source(), plugins);
    }

    private static LoadedConfig load(Source source, PluginOptions plugins) throws CommandFailure {
        try {
            return new ConfigReader(plugins.known()).read(source);
        } catch (ConfigException e) {
            throw CommandFailure.of(e);
        }
    }

    /** As {@link #read(PluginOptions)}; no tunnels if no file was named and there is none. */
    public Config readIfPresent(PluginOptions plugins) throws CommandFailure {
        boolean present =
                isGiven() || Files.exists(Path.of(DEFAULT)) || lastPulled().isPresent();
        return present ? read(plugins) : withoutTunnels(GlobalSettings.DEFAULT);
    }

    public static Config withoutTunnels(GlobalSettings settings) {
        return new Config(settings, new TreeMap<>(), new TreeMap<>(), List.of());
    }

    /** The content, which was not checked. */
    public Source source() throws CommandFailure {
        if (isStandardInput()) {
            return new Source("<stdin>", content(() -> System.in), Path.of(""));
        }
        Optional<LastGoodRevision> revision = lastPulled();
        if (revision.isPresent()) {
            return revision.get().file();
        }
        Path path = Path.of(name());
        Path directory = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        return new Source(name(), content(() -> Files.newInputStream(path)), directory);
    }

    private interface Opener {
        InputStream open() throws IOException;
    }

    private byte[] content(Opener opener) throws CommandFailure {
        try (InputStream in = opener.open()) {
            return in.readNBytes(Source.MAX_BYTES + 1); // one more than allowed, so that the reader rejects it
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, name() + ": no such file");
        } catch (AccessDeniedException e) {
            throw CommandFailure.permissionDenied("cannot read " + name());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.BAD_CONFIGURATION, name() + ": cannot be read: " + e.getMessage());
        }
    }
}
