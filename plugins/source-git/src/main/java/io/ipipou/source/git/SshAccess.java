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

/**
 * One key to show, and files of known hosts. Neither ~/.ssh/config nor an agent nor another of the user's keys is looked
 * at.
 */
record SshAccess(SshdSessionFactory sessions, KnownHosts knownHosts) implements Access {

    static SshAccess of(RepositoryUrl address, Location location) throws SourceException {
        if (address.uri().getPass() != null) {
            throw new SourceException(address + ": a password is not used with ssh (give a private key)");
        }
        Path identity = location.credentials()
                .identity()
                .orElseThrow(() -> new SourceException(address + ": ssh needs to show a key (give a file with a private"
                        + " key, such as ssh-keygen -t ed25519 -N '' -f FILE makes)"));
        checkIdentity(identity);
        KnownHosts knownHosts = new KnownHosts(knownHosts(location.credentials()));
        File nowhere = location.cache().resolve("nothing").toFile();
        SshdSessionFactory sessions = new SshdSessionFactoryBuilder()
                .setHomeDirectory(nowhere)
                .setSshDirectory(nowhere)
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
            throw new SourceException(
                    identity + ": the private key cannot be read: " + Printable.line(e.toString()), e);
        }
        if (!content.contains("PRIVATE KEY-----")) {
            throw new SourceException(identity + " holds no private key of SSH (make one: ssh-keygen -t ed25519)");
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
            throw new SourceException(file + ": the file of known hosts cannot be read (ssh-keyscan HOST writes one)");
        }
        return List.of(file);
    }

    @Override
    public void configure(Transport transport) {
        if (transport instanceof SshTransport ssh) {
            knownHosts.forget();
            ssh.setSshSessionFactory(sessions);
        }
    }

    @Override
    public Optional<String> refusal() {
        return knownHosts.refusal();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
