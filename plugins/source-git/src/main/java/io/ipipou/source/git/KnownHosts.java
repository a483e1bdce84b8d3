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

/** Hosts' keys, of which none is ever learnt: a host that is not there, or shows another key, is refused. */
final class KnownHosts implements ServerKeyDatabase {

    private final List<Path> files;
    private final ServerKeyDatabase database;
    private volatile Optional<String> refusal = Optional.empty();

    KnownHosts(List<Path> files) {
        this.files = files;
        this.database = new OpenSshServerKeyDatabase(false, files);
    }

    List<Path> files() {
        return files;
    }

    Optional<String> refusal() {
        return refusal;
    }

    void forget() {
        refusal = Optional.empty();
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
            refusal = Optional.of(why(host, key, database.lookup(host, address, strict)));
        }
        return accepted;
    }

    private String why(String host, PublicKey key, List<PublicKey> known) {
        String where = files.isEmpty()
                ? "a file of known hosts"
                : files.stream().map(Path::toString).collect(Collectors.joining(" or "));
        String fingerprint = KeyUtils.getFingerPrint(key);
        if (known.isEmpty()) {
            return "the host is not known (compare its key " + fingerprint + " with what its administrator says, then"
                    + " add to " + where + ": " + name(host) + " " + PublicKeyEntry.toString(key) + ")";
        }
        return "the host shows key " + fingerprint + ", which is not the one in " + where
                + " (somebody may be in between; if the host has a new key, replace the line there)";
    }

    /** JGit gives the port also where it is the usual one, which the file has not. */
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
