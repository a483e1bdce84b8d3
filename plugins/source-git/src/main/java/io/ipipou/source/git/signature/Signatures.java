package io.ipipou.source.git.signature;

import io.ipipou.spi.source.Location.Trust;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Says what the signature of a commit or a tag is worth to this host. */
public final class Signatures {

    private final Trust trust;

    private Signatures(Trust trust) {
        this.trust = trust;
    }

    /** @throws SourceException if a file of trusted keys is missing, or is none */
    public static Signatures of(Trust trust) throws SourceException {
        for (Path file : trust.allowedSigners().stream().toList()) {
            try {
                AllowedSigners.read(file);
            } catch (IOException | MalformedException e) {
                throw unusable(file, "allowed signers, as in ssh-keygen(1)", e);
            }
        }
        for (Path file : trust.keyring().stream().toList()) {
            try {
                Keyring.read(file);
            } catch (IOException | MalformedException e) {
                throw unusable(file, "OpenPGP public keys, as gpg --export writes them", e);
            }
        }
        return new Signatures(trust);
    }

    private static SourceException unusable(Path file, String content, Exception problem) {
        String reason = problem instanceof MalformedException ? problem.getMessage() : "it cannot be read";
        return new SourceException(file + ": " + reason + " (it has to hold " + content + ")", problem);
    }

    /**
     * @param raw the commit's content
     * @param time of the commit, by which the validity of SSH keys is judged
     */
    public Signature ofCommit(byte[] raw, Instant time) throws SourceException {
        return check(SignedObject.ofCommit(raw), time);
    }

    /**
     * @param raw the tag's content
     * @param time of the tag
     */
    public Signature ofTag(byte[] raw, Instant time) throws SourceException {
        return check(SignedObject.ofTag(raw), time);
    }

    private Signature check(Optional<SignedObject> object, Instant time) throws SourceException {
        if (object.isEmpty()) {
            return Signature.NONE;
        }
        Signed signed =
                new Signed(object.orElseThrow().payload(), object.orElseThrow().signature(), time);
        String armor = new String(signed.signature(), StandardCharsets.ISO_8859_1).strip();
        try {
            if (armor.startsWith(SshSignature.BEGIN)) {
                return new SshTrust(trust.allowedSigners()).check(signed);
            }
            if (armor.startsWith("-----BEGIN PGP ")) {
                return new OpenPgpTrust(trust.keyring()).check(signed);
            }
        } catch (IOException | MalformedException e) {
            throw new SourceException("the trusted keys cannot be read: " + e.getMessage(), e);
        }
        return new Signature(Status.UNTRUSTED, "", "it is neither by an SSH key nor by an OpenPGP key");
    }
}
