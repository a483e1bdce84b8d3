package io.ipipou.spi.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a file is, and what this host trusts.
 *
 * @param address of the repository, as the source's own tools take it
 * @param ref the branch or tag to follow
 * @param path of the file in it, with {@code /} between its names
 * @param cache a directory of this host where the source may keep what it got; for root alone, and it need not exist
 * @param credentials what this host shows who it is with; empty for nobody in particular
 * @param trust what signatures are checked with
 * @param timeout how long one call may take
 * @param maxBytes how large the file may be
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
     * Files with what a transport needs.
     *
     * @param identity a private key of SSH, without passphrase; for https a file with one line, {@code USER:PASSWORD}
     * @param knownHosts hosts' keys, as in sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
     */
    public record Credentials(Optional<Path> identity, Optional<Path> knownHosts) {}

    /**
     * Files with the keys of those who may sign.
     *
     * @param allowedSigners as in ssh-keygen(1), ALLOWED SIGNERS
     * @param keyring OpenPGP public keys, armored or not
     */
    public record Trust(Optional<Path> allowedSigners, Optional<Path> keyring) {

        public static final Trust NONE = new Trust(Optional.empty(), Optional.empty());
    }
}
