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

/** Verifies the signatures of commits and tags with the keys that this host trusts. */
public final class SignatureVerifier {

    private final Trust trust;

    private SignatureVerifier(Trust trust) {
        this.trust = trust;
    }

    /** @throws SourceException if a file of trusted keys is missing or invalid */
    public static SignatureVerifier of(Trust trust) throws SourceException {
        check(trust.allowedSigners(), AllowedSigners::read, "allowed signers as in ssh-keygen(1)");
        check(trust.keyring(), OpenPgpVerifier::readKeyring, "OpenPGP public keys as gpg --export writes them");
        return new SignatureVerifier(trust);
    }

    private interface Reader {
        Object read(Path file) throws IOException, MalformedException;
    }

    private static void check(Optional<Path> keys, Reader reader, String expected) throws SourceException {
        if (keys.isEmpty()) {
            return;
        }
        Path file = keys.orElseThrow();
        try {
            reader.read(file);
        } catch (IOException e) {
            throw new SourceException(file + ": cannot be read (expected " + expected + ")", e);
        } catch (MalformedException e) {
            throw new SourceException(file + ": " + e.getMessage() + " (expected " + expected + ")", e);
        }
    }

    /**
     * @param raw the commit's content
     * @param time the commit's own, which must lie in the key's validity period
     */
    public Signature ofCommit(byte[] raw, Instant time) throws SourceException {
        return verify(SignedObject.ofCommit(raw, time));
    }

    /**
     * @param raw the tag's content
     * @param time the tag's own, which must lie in the key's validity period
     */
    public Signature ofTag(byte[] raw, Instant time) throws SourceException {
        return verify(SignedObject.ofTag(raw, time));
    }

    private Signature verify(Optional<SignedObject> signed) throws SourceException {
        if (signed.isEmpty()) {
            return Signature.NONE;
        }
        SignedObject object = signed.orElseThrow();
        String armor = new String(object.signature(), StandardCharsets.ISO_8859_1);
        try {
            if (armor.startsWith(SshSignature.BEGIN)) {
                return new SshVerifier(trust.allowedSigners()).verify(object);
            }
            if (armor.startsWith("-----BEGIN PGP ")) {
                return new OpenPgpVerifier(trust.keyring()).verify(object);
            }
        } catch (IOException | MalformedException e) {
            throw new SourceException("the trusted keys cannot be read: " + e.getMessage(), e);
        }
        return new Signature(Status.UNTRUSTED, "", "the signature is neither an SSH nor an OpenPGP signature");
    }
}
