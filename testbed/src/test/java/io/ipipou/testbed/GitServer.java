package io.ipipou.testbed;

import io.ipipou.spi.source.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A repository that sshd(8) serves in a namespace, and a work tree from which commits are pushed to it. */
final class GitServer implements AutoCloseable {

    private final NetworkNamespace host;
    private final String address;
    private final Path directory;
    private final Path work;
    private Background daemon;

    private GitServer(NetworkNamespace host, String address, Path directory) throws IOException {
        this.host = host;
        this.address = address;
        this.directory = directory;
        this.work = directory.resolve("work");
        makeKeys();
        this.daemon = serve();
    }

    /** Serves an empty repository at an address of the host. */
    static GitServer start(NetworkNamespace host, String address, Path directory) throws IOException {
        Files.createDirectories(directory);
        Command.run(List.of("git", "init", "-q", "--bare", "-b", "main", repository(directory)));
        Command.run(List.of("git", "init", "-q", "-b", "main", directory.resolve("work") + ""));
        GitServer server = new GitServer(host, address, directory);
        server.git("config", "user.name", "Ada");
        server.git("config", "user.email", "ada@example.net");
        server.git("remote", "add", "origin", repository(directory));
        return server;
    }

    private static String repository(Path directory) {
        return directory.resolve("net.git").toString();
    }

    /** The URL of the repository. */
    String url() {
        return "ssh://root@" + address + repository(directory);
    }

    /** What a host needs to read the repository. */
    Location.Credentials credentials() {
        return new Location.Credentials(Optional.of(identity()), Optional.of(knownHosts()));
    }

    Path identity() {
        return directory.resolve("client");
    }

    Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    private Path configuration() {
        return directory.resolve("sshd_config");
    }

    /** With a key exchange that is cheap for a JVM on an emulated processor; the default takes up to a minute. */
    private void makeKeys() throws IOException {
        Path hostKey = makeKey("host");
        Path client = makeKey("client");
        Files.writeString(knownHosts(), address + " " + Files.readString(Path.of(hostKey + ".pub")));
        Files.writeString(configuration(), """
                ListenAddress %s
                HostKey %s
                AuthorizedKeysFile %s.pub
                KexAlgorithms curve25519-sha256
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin yes
                PasswordAuthentication no
                """.formatted(address, hostKey, client));
        Files.createDirectories(Path.of("/run/sshd")); // sshd requires it: an empty directory to chroot to
    }

    private Path makeKey(String name) {
        Path key = directory.resolve(name);
        Command.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()));
        return key;
    }

    private Background serve() {
        return host.start("/usr/sbin/sshd", "-D", "-e", "-f", configuration().toString())
                .awaitLine("Server listening");
    }

    /** A git command in the work tree. */
    String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", work.toString()));
        command.addAll(Arrays.asList(arguments));
        return Command.run(command).strip();
    }

    /**
     * Commits the host's file and pushes the commit.
     *
     * @param options of {@code git commit}
     * @return the revision
     */
    String commit(String content, String... options) throws IOException {
        Files.writeString(Files.createDirectories(work.resolve("hosts")).resolve("hub.yaml"), content);
        git("add", "hosts/hub.yaml");
        List<String> commit = new ArrayList<>(List.of("commit", "-q", "-m", "a change"));
        commit.addAll(Arrays.asList(options));
        git(commit.toArray(String[]::new));
        return push();
    }

    /** Pushes the work tree's commit, whatever the repository has. */
    String push() {
        git("push", "-q", "--force", "origin", "main");
        return git("rev-parse", "HEAD");
    }

    /** Makes {@code git commit -S} sign; returns a file of allowed signers with the key. */
    Path makeSigningKey() throws IOException {
        Path key = makeKey("signer");
        git("config", "gpg.format", "ssh");
        git("config", "user.signingkey", key.toString());
        return Files.writeString(
                directory.resolve("signers"), "ada@example.net " + Files.readString(Path.of(key + ".pub")));
    }

    void stop() {
        daemon.kill();
    }

    void restart() {
        daemon = serve();
    }

    @Override
    public void close() {
        stop();
    }
}
