package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks SSH signatures against the file of those who may sign. */
final class SshTrust {

    static final String NAMESPACE = "git";

    private static final Map<String, String> HASHES = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

    private final Optional<Path> file;

    SshTrust(Optional<Path> file) {
        this.file = file;
    }

    /**
     * The file is read anew, so that a change of it counts at once.
     *
     * @throws MalformedException if the file is none
     */
    Signature check(Signed signed) throws IOException, MalformedException {
        SshSignature signature;
        try {
            signature = SshSignature.decode(signed.signature());
        } catch (MalformedException e) {
            return new Signature(Status.BAD, "", "it is no SSH signature: " + e.getMessage());
        }
        String signer = SshKey.fingerprint(signature.key());
        try {
            if (!belongs(signature, signed.payload())) {
                return new Signature(Status.BAD, signer, "it is of something else, or what it is of was changed");
            }
        } catch (MalformedException e) {
            return new Signature(Status.UNTRUSTED, signer, "it cannot be checked: " + e.getMessage());
        }
        return file.isEmpty()
                ? new Signature(Status.UNTRUSTED, signer, "no file of allowed signers is given")
                : judge(AllowedSigners.read(file.orElseThrow()).withKey(signature.key()), signer, signed);
    }

    private static Signature judge(List<AllowedSigner> lines, String fingerprint, Signed signed) {
        String refusal = "the key is not among the allowed signers";
        for (AllowedSigner line : lines) {
            refusal = AllowedSigners.refusal(line, NAMESPACE, signed.time());
            if (refusal.isEmpty()) {
                return new Signature(Status.TRUSTED, Printable.line(line.principals()), "");
            }
        }
        return new Signature(Status.UNTRUSTED, fingerprint, refusal);
    }

    private static boolean belongs(SshSignature signature, byte[] payload) throws MalformedException {
        if (!signature.namespace().equals(NAMESPACE)) {
            throw new MalformedException(
                    "it was made for namespace " + Printable.line(signature.namespace()) + ", not for " + NAMESPACE);
        }
        SshKey key = SshKey.decode(signature.key());
        byte[] message = new SshWriter()
                .raw(SshSignature.MAGIC)
                .string(NAMESPACE)
                .string("")
                .string(signature.hash())
                .string(digest(signature.hash(), payload))
                .bytes();
        return SshAlgorithm.of(signature.algorithm(), key).verifies(key, message, signature.rest());
    }

    private static byte[] digest(String hash, byte[] payload) throws MalformedException {
        String name = HASHES.get(hash);
        if (name == null) {
            throw new MalformedException("its digest " + Printable.line(hash) + " is not accepted");
        }
        try {
            return MessageDigest.getInstance(name).digest(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + name, e);
        }
    }
}
