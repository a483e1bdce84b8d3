package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Checks SSH signatures against a file of allowed signers. */
record SshVerifier(Optional<Path> allowedSigners) {

    static final String NAMESPACE = "git";

    /**
     * Re-reads the file, so that a change takes effect at once.
     *
     * @throws MalformedException if the file is invalid
     */
    Signature verify(SignedObject object) throws IOException, MalformedException {
        SshSignature signature;
        try {
            signature = SshSignature.decode(object.signature());
        } catch (MalformedException e) {
            return new Signature(Status.BAD, "", "the SSH signature is malformed: " + e.getMessage());
        }
        String fingerprint = SshPublicKeys.fingerprint(signature.key());
        try {
            if (!signature.namespace().equals(NAMESPACE)) {
                throw new MalformedException("it was made for namespace " + Printable.line(signature.namespace())
                        + ", not for " + NAMESPACE);
            }
            if (!signature.matches(object.payload())) {
                return new Signature(Status.BAD, fingerprint, "the signature does not match the content");
            }
        } catch (MalformedException e) {
            return untrusted(fingerprint, "the signature cannot be checked: " + e.getMessage());
        }
        if (allowedSigners.isEmpty()) {
            return untrusted(fingerprint, "no file of allowed signers is given");
        }
        String rejection = "the key is not among the allowed signers";
        for (AllowedSigner signer :
                AllowedSigners.read(allowedSigners.orElseThrow()).withKey(signature.key())) {
            Optional<String> found = signer.rejection(NAMESPACE, object.time());
            if (found.isEmpty()) {
                return new Signature(Status.TRUSTED, Printable.line(signer.principals()), "");
            }
            rejection = found.orElseThrow();
        }
        return untrusted(fingerprint, rejection);
    }

    private static Signature untrusted(String fingerprint, String reason) {
        return new Signature(Status.UNTRUSTED, fingerprint, reason);
    }
}
