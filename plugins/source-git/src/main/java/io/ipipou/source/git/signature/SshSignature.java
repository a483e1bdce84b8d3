package io.ipipou.source.git.signature;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A signature as {@code ssh-keygen -Y sign} makes it: OpenSSH's PROTOCOL.sshsig.
 *
 * @param key the signer's public key, in the wire format of SSH
 * @param hash the name of the digest that was signed
 * @param algorithm of the signature
 * @param rest what follows the algorithm's name: the signature, and for security keys flags and a counter
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
record SshSignature(byte[] key, String namespace, String hash, String algorithm, byte[] rest) {

    static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";

    static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);

    private static final String END = "-----END SSH SIGNATURE-----";

    static SshSignature decode(byte[] armored) throws MalformedException {
        SshReader reader = new SshReader(unarmor(new String(armored, StandardCharsets.ISO_8859_1)));
        if (!Arrays.equals(reader.raw(MAGIC.length), MAGIC)) {
            throw new MalformedException("it does not begin with SSHSIG");
        }
        int version = reader.uint32();
        if (version != 1) {
            throw new MalformedException("its version is " + Integer.toUnsignedString(version) + ", and 1 is known");
        }
        byte[] key = reader.string();
        String namespace = reader.text();
        reader.string();
        String hash = reader.text();
        byte[] signature = reader.string();
        reader.end();
        SshReader inner = new SshReader(signature);
        String algorithm = inner.text();
        int name = Integer.BYTES + algorithm.getBytes(StandardCharsets.UTF_8).length;
        return new SshSignature(
                key,
                namespace,
                hash,
                algorithm,
                Arrays.copyOfRange(signature, Math.min(name, signature.length), signature.length));
    }

    private static byte[] unarmor(String armored) throws MalformedException {
        String text = armored.strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END) || text.length() < BEGIN.length() + END.length()) {
            throw new MalformedException("it has no line " + BEGIN + " before it or " + END + " after it");
        }
        try {
            return Base64.getDecoder()
                    .decode(text.substring(BEGIN.length(), text.length() - END.length())
                            .replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("it is no base64");
        }
    }
}
