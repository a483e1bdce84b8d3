package io.ipipou.source.git.signature;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Signature;
import io.ipipou.spi.source.Signature.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Date;
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
import org.bouncycastle.openpgp.api.OpenPGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPSignature.OpenPGPDocumentSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/** Checks OpenPGP signatures (RFC 9580) against a file of public keys. */
@SuppressWarnings("JavaUtilDate") // what the library speaks
final class OpenPgpTrust {

    private final BcOpenPGPImplementation library = new BcOpenPGPImplementation();
    private final Optional<Path> file;

    OpenPgpTrust(Optional<Path> file) {
        this.file = file;
    }

    /**
     * The file is read anew, so that a change of it counts at once.
     *
     * @throws MalformedException if the file is none
     */
    Signature check(Signed signed) throws IOException, MalformedException {
        PGPSignature signature;
        try {
            signature = decode(signed.signature());
        } catch (MalformedException e) {
            return new Signature(Status.BAD, "", "it is no OpenPGP signature: " + e.getMessage());
        }
        KeyIdentifier id = OpenPGPSignature.getMostExpressiveIdentifier(signature.getKeyIdentifiers());
        if (id == null) {
            return new Signature(Status.UNTRUSTED, "", "it does not say by which key it is");
        }
        String signer = id.toString().toUpperCase(Locale.ROOT);
        if (file.isEmpty()) {
            return new Signature(Status.UNTRUSTED, signer, "no keyring is given");
        }
        for (OpenPGPCertificate certificate : Keyring.read(file.orElseThrow()).certificates()) {
            OpenPGPComponentKey key = certificate.getKey(id);
            if (key != null) {
                return check(new OpenPGPDocumentSignature(signature, key), signed.payload());
            }
        }
        return new Signature(Status.UNTRUSTED, signer, "the key is not in the keyring");
    }

    private PGPSignature decode(byte[] armored) throws MalformedException {
        try {
            Object first = library.pgpObjectFactory(PGPUtil.getDecoderStream(new ByteArrayInputStream(armored)))
                    .nextObject();
            if (first instanceof PGPSignatureList list && list.size() == 1) {
                return list.get(0);
            }
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("it cannot be decoded");
        }
        throw new MalformedException("it is not one signature");
    }

    private Signature check(OpenPGPDocumentSignature signature, byte[] payload) {
        OpenPGPComponentKey key = signature.getIssuer();
        String signer = signer(key);
        PGPSignature raw = signature.getSignature();
        boolean ofADocument = raw.getSignatureType() == PGPSignature.BINARY_DOCUMENT
                || raw.getSignatureType() == PGPSignature.CANONICAL_TEXT_DOCUMENT;
        try {
            raw.init(library.pgpContentVerifierBuilderProvider(), key.getPGPPublicKey());
            raw.update(payload);
            if (!ofADocument || !signature.verify()) {
                return new Signature(Status.BAD, signer, "it is of something else, or what it is of was changed");
            }
            String refusal = refusal(signature, key, new Date());
            return new Signature(refusal.isEmpty() ? Status.TRUSTED : Status.UNTRUSTED, signer, refusal);
        } catch (PGPSignatureException e) {
            return new Signature(Status.UNTRUSTED, signer, "it is not acceptable: " + e.getMessage());
        } catch (PGPException | RuntimeException e) {
            return new Signature(Status.UNTRUSTED, signer, "it cannot be checked: " + e.getMessage());
        }
    }

    /** Why the key may not sign now, as gpg says it, or nothing. */
    private String refusal(OpenPGPDocumentSignature signature, OpenPGPComponentKey key, Date now)
            throws PGPSignatureException {
        OpenPGPComponentKey primary = key.getCertificate().getPrimaryKey();
        if (primary.getPGPPublicKey().hasRevocation() || key.getPGPPublicKey().hasRevocation()) {
            return "the key is revoked";
        }
        for (OpenPGPComponentKey one : new OpenPGPComponentKey[] {primary, key}) {
            Date end = one.getKeyExpirationDateAt(now);
            if (end != null && !now.before(end)) {
                return "the key expired at " + end.toInstant();
            }
        }
        Date expiry = signature.getExpirationTime();
        if (expiry != null && !now.before(expiry)) {
            return "the signature expired at " + expiry.toInstant();
        }
        boolean valid = signature.isValidAt(signature.getCreationTime(), library.policy())
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
