package io.ipipou.source.git;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** One private key and files of known hosts. ~/.ssh/config, other keys and an SSH agent are not used. */
record SshAccess(SshdSessionFactory sessions, KnownHosts knownHosts) implements Access {

    static SshAccess of(RepositoryUrl url, Location location) throws SourceException {
        if (url.uri().getPass() != null) {
            throw new SourceException(url + ": ssh does not use a password (give a private key)");
        }
        Path identity = location.credentials()
                .identity()
                .orElseThrow(() -> new SourceException(url + ": ssh requires a private key (give a file with one;"
                        + " ssh-keygen -t ed25519 -N '' -f FILE makes it)"));
        checkIdentity(identity);
        KnownHosts knownHosts = new KnownHosts(knownHosts(location.credentials()));
        File missing = location.cache().resolve("none").toFile();
        SshdSessionFactory sessions = new SshdSessionFactoryBuilder()
                .setHomeDirectory(missing)
                .setSshDirectory(missing)
                .setConfigStoreFactory((home, config, user) -> null)
                .setConnectorFactory(null)
                .setPreferredAuthentications("publickey")
                .setDefaultIdentities(directory -> List.of(identity))
                .setDefaultKnownHostsFiles(directory -> knownHosts.files())
                .setServerKeyDatabase((home, directory) -> knownHosts)
                .build(null);
        return new SshAccess(sessions, knownHosts);
    }

    private static void checkIdentity(Path identity) throws SourceException {
        String content;
        try {
            content = Files.readString(identity, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new SourceException(identity + ": cannot read the private key: " + Printable.line(e.toString()), e);
        }
        if (!content.contains("PRIVATE KEY-----")) {
            throw new SourceException(identity + " is not an SSH private key (ssh-keygen -t ed25519 makes one)");
        }
    }

    private static List<Path> knownHosts(Location.Credentials credentials) throws SourceException {
        if (credentials.knownHosts().isEmpty()) {
            return Stream.of(
                            Path.of("/etc/ssh/ssh_known_hosts"),
                            Path.of(System.getProperty("user.home"), ".ssh", "known_hosts"))
                    .filter(Files::isReadable)
                    .toList();
        }
        Path file = credentials.knownHosts().orElseThrow();
        if (!Files.isReadable(file)) {
            throw new SourceException(file + ": cannot read the known hosts file (ssh-keyscan HOST writes one)");
        }
        return List.of(file);
    }

    @Override
    public void configure(Transport transport) {
        if (transport instanceof SshTransport ssh) {
            knownHosts.reset();
            ssh.setSshSessionFactory(sessions);
        }
    }

    @Override
    public Optional<String> rejection() {
        return knownHosts.rejection();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
