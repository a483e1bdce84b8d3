package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Directories;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.core.config.ConfigReader;
import io.ipipou.core.config.Durations;
import io.ipipou.core.config.Source;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.core.plugin.PluginPath;
import io.ipipou.core.source.Follower;
import io.ipipou.core.source.SourcePolicy;
import io.ipipou.core.source.SourceRef;
import io.ipipou.core.source.SyncStateFiles;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import io.ipipou.spi.source.SourceProvider;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of commands that take the host's file from a source. */
public final class SourceOptions {

    private static final String ADDRESS_WITH_PASSWORD = "https?://[^/@]*@.*|[^/]*://[^/@]*:[^/@]*@.*";

    @Option(
            names = "--repo",
            paramLabel = "URL",
            description = "The repository that has the host's file: https, ssh, git or file.")
    private @Nullable String repo;

    @Option(names = "--ref", defaultValue = "main", description = "The branch or tag to follow; default: main.")
    private String ref = "main";

    @Option(
            names = "--path",
            defaultValue = "hosts/{hostname}.yaml",
            description = "The file in it; {hostname} is this host's name up to the first dot."
                    + " Default: hosts/{hostname}.yaml.")
    private String path = "hosts/{hostname}.yaml";

    @Option(
            names = "--source",
            paramLabel = "ID",
            defaultValue = "git",
            description = "How to talk to the repository; default: git; see: ipipou plugins.")
    private String sourceId = "git";

    @Option(names = "--require-signed", description = "Refuse a revision that nobody signed whom this host trusts.")
    private boolean signed;

    @Option(names = "--require-descent", description = "Refuse a revision that does not descend from the one in force.")
    private boolean descent;

    @Option(names = "--allowed-signers", paramLabel = "FILE", description = "Whose SSH signatures are trusted.")
    private @Nullable Path allowedSigners;

    @Option(names = "--keyring", paramLabel = "FILE", description = "Whose OpenPGP signatures are trusted.")
    private @Nullable Path keyring;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "What this host shows: a private SSH key; for https a file with USER:PASSWORD.")
    private @Nullable Path identity;

    @Option(names = "--known-hosts", paramLabel = "FILE", description = "The SSH keys of the repository's host.")
    private @Nullable Path knownHosts;

    @Option(
            names = "--secrets-dir",
            paramLabel = "DIR",
            description = "Where the secret files are that the host's file may name; without it, none.")
    private @Nullable Path secrets;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Time.class,
            description = "How long the repository may take to answer; default: 60s.")
    private Duration patience = Duration.ofSeconds(60);

    /** Times as the file writes them. */
    public static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text)
                    .filter(time -> !time.isZero())
                    .orElseThrow(
                            () -> new TypeConversionException("\"" + text + "\" is no time (write 60s, 5m or 1h)"));
        }
    }

    /** Whether a source is meant: what is demanded of one is not to be passed over where {@code --repo} is forgotten. */
    public boolean isGiven() {
        return signed
                || descent
                || Stream.of(repo, allowedSigners, keyring, identity, knownHosts, secrets)
                        .anyMatch(Objects::nonNull);
    }

    /** What is to be followed. */
    public SourceRef place() throws CommandFailure {
        String address = Optional.ofNullable(repo)
                .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, "which repository? (give --repo URL)"));
        if (address.matches(ADDRESS_WITH_PASSWORD)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "a user or password in --repo can be seen by everyone on this host"
                            + " (put it in a file for --identity)");
        }
        return new SourceRef(sourceId, address, ref, HostName.fill(path));
    }

    /** Takes up following it. */
    public Follower follow(PluginOptions plugins, PluginPath pluginPath) throws CommandFailure {
        SourceRef place = place();
        SyncStateFiles store = new SyncStateFiles(Directories.state());
        Follower.Setup setup = new Follower.Setup(
                place,
                new SourcePolicy(signed, descent),
                Optional.ofNullable(secrets).map(Path::toAbsolutePath),
                store,
                Clock.systemUTC());
        ConfigReader reader = new ConfigReader(plugins.known(pluginPath));
        try {
            return Follower.open(setup, provider(plugins, pluginPath).open(location(place, store)), reader::read)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.LOCKED,
                            "another run follows a repository on this host (try again when it is done)"));
        } catch (SourceException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (AccessDeniedException e) {
            throw new CommandFailure(
                    ExitCode.NO_PERMISSION, "not permitted to use " + store.directory() + " (run it as root)");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, store.directory() + " cannot be used: " + e.getMessage());
        }
    }

    private Location location(SourceRef place, SyncStateFiles store) {
        return new Location(
                place.address(),
                place.ref(),
                place.path(),
                store.directory().resolve("cache"),
                new Location.Credentials(Optional.ofNullable(identity), Optional.ofNullable(knownHosts)),
                new Location.Trust(Optional.ofNullable(allowedSigners), Optional.ofNullable(keyring)),
                patience,
                Source.MAX_BYTES);
    }

    private SourceProvider provider(PluginOptions plugins, PluginPath pluginPath) throws CommandFailure {
        Catalog<SourceProvider> sources = plugins.sources(pluginPath);
        return sources.get(sourceId)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "there is no source " + sourceId + " (write one of: "
                                + sources.all().stream()
                                        .map(found -> found.plugin().id())
                                        .collect(Collectors.joining(", "))
                                + ")"));
    }
}
