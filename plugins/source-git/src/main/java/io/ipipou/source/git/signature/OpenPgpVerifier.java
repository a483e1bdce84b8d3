package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureException;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.OpenPGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPSignature.OpenPGPDocumentSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/** Checks OpenPGP signatures (RFC 9580) against a file of public keys. */
@SuppressWarnings("JavaUtilDate") // Bouncy Castle's API
record OpenPgpVerifier(Optional<Path> keyring) {

    private static final BcOpenPGPImplementation LIBRARY = new BcOpenPGPImplementation();

    /** The public keys of a file, armored or not; never empty. */
    static List<OpenPGPCertificate> readKeyring(Path file) throws IOException, MalformedException {
        byte[] content = Files.readAllBytes(file);
        List<OpenPGPCertificate> certificates;
        try {
            certificates = new OpenPGPKeyReader(LIBRARY).parseCertificates(content);
        } catch (IOException | RuntimeException e) {
            certificates = List.of();
        }
        if (certificates.isEmpty()) {
            throw new MalformedException("no OpenPGP public keys found");
        }
        return certificates;
    }

    /**
     * Re-reads the file, so that a change takes effect at once.
     *
     * @throws MalformedException if the file is invalid
     */
    Signature verify(SignedObject object) throws IOException, MalformedException {
        PGPSignature signature;
        try {
            signature = decode(object.signature());
        } catch (MalformedException e) {
            return new Signature(Status.BAD, "", "the OpenPGP signature is malformed: " + e.getMessage());
        }
        KeyIdentifier id = OpenPGPSignature.getMostExpressiveIdentifier(signature.getKeyIdentifiers());
        if (id == null) {
            return new Signature(Status.UNTRUSTED, "", "the signature does not name its key");
        }
        String signer = id.toString().toUpperCase(Locale.ROOT);
        if (keyring.isEmpty()) {
            return new Signature(Status.UNTRUSTED, signer, "no keyring is given");
        }
        for (OpenPGPCertificate certificate : readKeyring(keyring.orElseThrow())) {
            OpenPGPComponentKey key = certificate.getKey(id);
            if (key != null) {
                return verify(new OpenPGPDocumentSignature(signature, key), object.payload());
            }
        }
        return new Signature(Status.UNTRUSTED, signer, "the key is not in the keyring");
    }

    private static PGPSignature decode(byte[] armored) throws MalformedException {
        try {
            Object first = LIBRARY.pgpObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(armored)))
                    .nextObject();
            if (first instanceof PGPSignatureList list && list.size() == 1) {
                return list.get(0);
            }
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("it cannot be decoded");
        }
        throw new MalformedException("it is not a single signature");
    }

    private static Signature verify(OpenPGPDocumentSignature signature, byte[] payload) {
        OpenPGPComponentKey key = signature.getIssuer();
        String signer = signer(key);
        PGPSignature raw = signature.getSignature();
        boolean ofADocument = raw.getSignatureType() == PGPSignature.BINARY_DOCUMENT
                || raw.getSignatureType() == PGPSignature.CANONICAL_TEXT_DOCUMENT;
        try {
            raw.init(LIBRARY.pgpContentVerifierBuilderProvider(), key.getPGPPublicKey());
            raw.update(payload);
            if (!ofADocument || !signature.verify()) {
                return new Signature(Status.BAD, signer, "the signature does not match the content");
            }
            String rejection = rejection(signature, key, new Date());
            return new Signature(rejection.isEmpty() ? Status.TRUSTED : Status.UNTRUSTED, signer, rejection);
        } catch (PGPSignatureException e) {
            return new Signature(Status.UNTRUSTED, signer, "the signature is not acceptable: " + e.getMessage());
        } catch (PGPException | RuntimeException e) {
            return new Signature(Status.UNTRUSTED, signer, "the signature cannot be checked: " + e.getMessage());
        }
    }

    /** Why the key cannot sign now, by gpg's rules, or an empty string. */
    private static String rejection(OpenPGPDocumentSignature signature, OpenPGPComponentKey key, Date now)
            throws PGPSignatureException {
        OpenPGPComponentKey primary = key.getCertificate().getPrimaryKey();
        if (primary.getPGPPublicKey().hasRevocation() || key.getPGPPublicKey().hasRevocation()) {
            return "the key is revoked";
        }
        for (OpenPGPComponentKey each : List.of(primary, key)) {
            Date end = each.getKeyExpirationDateAt(now);
            if (end != null && !now.before(end)) {
                return "the key expired at " + end.toInstant();
            }
        }
        Date expiry = signature.getExpirationTime();
        if (expiry != null && !now.before(expiry)) {
            return "the signature expired at " + expiry.toInstant();
        }
        boolean valid = signature.isValidAt(signature.getCreationTime(), LIBRARY.policy())
                && primary.isBoundAt(now)
                && key.isBoundAt(now)
                && key.isSigningKey(now);
        return valid ? "" : "the key is not valid for signing";
    }

    private static String signer(OpenPGPComponentKey key) {
        return key.getCertificate().getAllUserIds().stream()
                .findFirst()
                .map(user -> Printable.line(user.getUserId()))
                .orElseGet(() -> key.getKeyIdentifier().toString().toUpperCase(Locale.ROOT));
    }
}
