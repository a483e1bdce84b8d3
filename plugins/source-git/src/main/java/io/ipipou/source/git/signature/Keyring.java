package io.ipipou.source.git.signature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/** OpenPGP public keys of a file, armored or not. */
record Keyring(List<OpenPGPCertificate> certificates) {

    static Keyring read(Path file) throws IOException, MalformedException {
        byte[] content = Files.readAllBytes(file);
        List<OpenPGPCertificate> certificates;
        try {
            certificates = new OpenPGPKeyReader(new BcOpenPGPImplementation()).parseCertificates(content);
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("it holds no OpenPGP public keys");
        }
        if (certificates.isEmpty()) {
            throw new MalformedException("it holds no OpenPGP public keys");
        }
        return new Keyring(certificates);
    }
}
