package io.ipipou.source.git;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.eclipse.jgit.internal.transport.sshd.OpenSshServerKeyDatabase;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.jspecify.annotations.Nullable;

/** Host keys from files, to which nothing is added: an unknown host, or one with another key, is rejected. */
final class KnownHosts implements ServerKeyDatabase {

    private final List<Path> files;
    private final ServerKeyDatabase database;
    private volatile Optional<String> rejection = Optional.empty();

    KnownHosts(List<Path> files) {
        this.files = files;
        this.database = new OpenSshServerKeyDatabase(false, files);
    }

    List<Path> files() {
        return files;
    }

    Optional<String> rejection() {
        return rejection;
    }

    void reset() {
        rejection = Optional.empty();
    }

    @Override
    public List<PublicKey> lookup(String host, InetSocketAddress address, Configuration configuration) {
        return database.lookup(host, address, new Strict(configuration));
    }

    @Override
    public boolean accept(
            String host,
            InetSocketAddress address,
            PublicKey key,
            Configuration configuration,
            @Nullable CredentialsProvider ignored) {
        Strict strict = new Strict(configuration);
        boolean accepted = database.accept(host, address, key, strict, null);
        if (!accepted) {
            rejection = Optional.of(explain(host, key, database.lookup(host, address, strict)));
        }
        return accepted;
    }

    private String explain(String host, PublicKey key, List<PublicKey> known) {
        String where = files.isEmpty()
                ? "a known hosts file"
                : files.stream().map(Path::toString).collect(Collectors.joining(" or "));
        String fingerprint = KeyUtils.getFingerPrint(key);
        if (known.isEmpty()) {
            return "unknown host key (compare its fingerprint " + fingerprint + " with what the server's administrator"
                    + " says, then add to " + where + ": " + name(host) + " " + PublicKeyEntry.toString(key) + ")";
        }
        return "the server's host key " + fingerprint + " is not the one in " + where
                + " (someone may be intercepting the connection; if the server has a new key, replace its line)";
    }

    /** Without port 22, which JGit includes and the file omits. */
    private static String name(String host) {
        return host.replaceFirst("^\\[(.*)\\]:22$", "$1").replaceFirst("^([^\\[:]*):22$", "$1");
    }

    private record Strict(Configuration given) implements Configuration {

        @Override
        public List<String> getUserKnownHostsFiles() {
            return List.of();
        }

        @Override
        public List<String> getGlobalKnownHostsFiles() {
            return List.of();
        }

        @Override
        public StrictHostKeyChecking getStrictHostKeyChecking() {
            return StrictHostKeyChecking.REQUIRE_MATCH;
        }

        @Override
        public boolean getHashKnownHosts() {
            return given.getHashKnownHosts();
        }

        @Override
        public String getUsername() {
            return given.getUsername();
        }
    }
}
