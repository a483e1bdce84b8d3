package io.ipipou.cli.option;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.core.config.Source;
import io.ipipou.core.source.SourcePolicy;
import io.ipipou.core.source.SourceRef;
import io.ipipou.spi.source.Location;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The repository that a host's configuration comes from, access to it, and the revisions that are accepted. */
public class SourceOptions {

    private static final String ADDRESS_WITH_PASSWORD = "https?://[^/@]*@.*|[^/]*://[^/@]*:[^/@]*@.*";

    @Option(names = "--repo", paramLabel = "URL", description = "Repository address: https, ssh or file.")
    private @Nullable String repo;

    @Option(names = "--ref", paramLabel = "REF", description = "Branch or tag to follow. Default: main.")
    private String ref = "main";

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "Configuration file in the repository; {hostname} is this host's name up to the first dot."
                    + " Default: hosts/{hostname}.yaml.")
    private String path = "hosts/{hostname}.yaml";

    @Option(names = "--require-signed", description = "Reject revisions without a trusted signature.")
    private boolean signed;

    @Option(names = "--require-descent", description = "Reject revisions that do not descend from the one in force.")
    private boolean descent;

    @Option(
            names = "--allowed-signers",
            paramLabel = "FILE",
            description = "Trusted SSH signers, in the format of ssh-keygen(1).")
    private @Nullable Path allowedSigners;

    @Option(names = "--keyring", paramLabel = "FILE", description = "Trusted OpenPGP keys.")
    private @Nullable Path keyring;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "Credentials for the repository: a private SSH key, or for https a file with USER:PASSWORD.")
    private @Nullable Path identity;

    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            description = "SSH host keys of the repository's server, in the format of sshd(8).")
    private @Nullable Path knownHosts;

    @Option(
            names = "--secrets-dir",
            paramLabel = "DIR",
            description = "Directory of the secret files that the configuration can name. Default: none.")
    private @Nullable Path secrets;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Time limit for each answer from the repository. Default: 60s.")
    private Duration timeout = Duration.ofSeconds(60);

    @Option(names = "--source", paramLabel = "ID", description = "Source plugin (see: ipipou plugins). Default: git.")
    private String sourceId = "git";

    /** Plugin id. */
    public String sourceId() {
        return sourceId;
    }

    /** @throws CommandFailure if {@code --repo} is missing or has a password in it */
    public SourceRef ref() throws CommandFailure {
        String address = Optional.ofNullable(repo)
                .orElseThrow(() -> CommandFailure.usage("missing repository address (give --repo URL)"));
        if (address.matches(ADDRESS_WITH_PASSWORD)) {
            throw CommandFailure.usage("a user or password in --repo can be seen by everyone on this host"
                    + " (put it in a file for --identity)");
        }
        return new SourceRef(sourceId, address, ref, HostName.fill(path));
    }

    public SourcePolicy policy() {
        return new SourcePolicy(signed, descent);
    }

    /** Absolute. */
    public Optional<Path> secretsDirectory() {
        return Optional.ofNullable(secrets).map(Path::toAbsolutePath);
    }

    /** @param cache directory of the source plugin */
    public Location location(Path cache) throws CommandFailure {
        SourceRef followed = ref();
        return new Location(
                followed.address(),
                followed.ref(),
                followed.path(),
                cache,
                new Location.Credentials(Optional.ofNullable(identity), Optional.ofNullable(knownHosts)),
                new Location.Trust(Optional.ofNullable(allowedSigners), Optional.ofNullable(keyring)),
                timeout,
                Source.MAX_BYTES);
    }
}
