package io.ipipou.spi.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a file is, and how to fetch and verify it.
 *
 * @param address of the repository, in the form that the source's own tools use
 * @param ref the branch or tag to follow
 * @param path of the file in the repository, with {@code /} as separator
 * @param cache a directory of this host where the source can cache what it fetches, readable by root only; need not
 *     exist
 * @param credentials what this host authenticates with
 * @param trust whose signatures this host trusts
 * @param timeout of one call, positive
 * @param maxBytes the largest file size accepted, in bytes
 */
public record Location(
        String address,
        String ref,
        String path,
        Path cache,
        Credentials credentials,
        Trust trust,
        Duration timeout,
        int maxBytes) {

    /**
     * Files that a transport needs, each optional.
     *
     * @param identity for ssh a private key without a passphrase; for https a file with one line, {@code USER:PASSWORD}
     * @param knownHosts host keys in the format of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
     */
    public record Credentials(Optional<Path> identity, Optional<Path> knownHosts) {}

    /**
     * Files with the keys of trusted signers, each optional.
     *
     * @param allowedSigners in the format of ssh-keygen(1), ALLOWED SIGNERS
     * @param keyring OpenPGP public keys, armored or binary
     */
    public record Trust(Optional<Path> allowedSigners, Optional<Path> keyring) {

        public static final Trust NONE = new Trust(Optional.empty(), Optional.empty());
    }
}
