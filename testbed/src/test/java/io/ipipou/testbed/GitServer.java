package io.ipipou.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A repository that git's own daemon serves in a namespace, and a work tree from which commits are pushed to it. */
final class GitServer implements AutoCloseable {

    private final NetworkNamespace host;
    private final Path directory;
    private final Path work;
    private Background daemon;

    private GitServer(NetworkNamespace host, Path directory, Background daemon) {
        this.host = host;
        this.directory = directory;
        this.work = directory.resolve("work");
        this.daemon = daemon;
    }

    /** Serves an empty repository, {@code /net.git}. */
    static GitServer start(NetworkNamespace host, Path directory) throws IOException {
        Files.createDirectories(directory);
        Command.run(List.of("git", "init", "-q", "--bare", "-b", "main", directory.resolve("net.git") + ""));
        Command.run(List.of("git", "init", "-q", "-b", "main", directory.resolve("work") + ""));
        GitServer server = new GitServer(host, directory, serve(host, directory));
        server.git("config", "user.name", "Ada");
        server.git("config", "user.email", "ada@example.net");
        server.git("remote", "add", "origin", directory.resolve("net.git") + "");
        return server;
    }

    private static Background serve(NetworkNamespace host, Path directory) {
        String daemon = Command.run(List.of("git", "--exec-path")).strip() + "/git-daemon";
        return host.start(daemon, "--verbose", "--reuseaddr", "--export-all", "--base-path=" + directory)
                .awaitLine("Ready to rumble");
    }

    /** A git command in the work tree. */
    String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", work.toString()));
        command.addAll(Arrays.asList(arguments));
        return Command.run(command).strip();
    }

    /**
     * Commits the host's file and pushes that.
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

    /** Pushes what the work tree is at, whatever the repository had. */
    String push() {
        git("push", "-q", "--force", "origin", "main");
        return git("rev-parse", "HEAD");
    }

    /** Has commits signed with {@code -S}; returns the file that says that the key is trusted. */
    Path makeSigningKey() throws IOException {
        Path key = directory.resolve("key");
        Command.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()));
        git("config", "gpg.format", "ssh");
        git("config", "user.signingkey", key.toString());
        return Files.writeString(
                directory.resolve("signers"), "ada@example.net " + Files.readString(directory.resolve("key.pub")));
    }

    void goDown() {
        daemon.kill();
    }

    void comeBack() {
        daemon = serve(host, directory);
    }

    @Override
    public void close() {
        daemon.kill();
    }
}
