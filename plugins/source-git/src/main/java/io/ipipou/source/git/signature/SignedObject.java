package io.ipipou.source.git.signature;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * A commit or tag, split as git does (gitformat-signature(5)).
 *
 * @param payload exactly the bytes that were signed
 * @param signature armored
 * @param time the commit's or tag's own
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SignedObject(byte[] payload, byte[] signature, Instant time) {

    private static final byte[] HEADER = Constants.encodeASCII("gpgsig ");
    private static final byte[] ARMOR = Constants.encodeASCII("-----BEGIN ");

    /** A commit's signature is a header whose further lines begin with a space. Empty without a signature. */
    static Optional<SignedObject> ofCommit(byte[] raw, Instant time) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        ByteArrayOutputStream signature = new ByteArrayOutputStream();
        boolean inSignature = false;
        int at = 0;
        while (at < raw.length && raw[at] != '\n') {
            int end = RawParseUtils.nextLF(raw, at);
            boolean begins = RawParseUtils.match(raw, at, HEADER) >= 0;
            inSignature = begins || (inSignature && raw[at] == ' ');
            if (inSignature) {
                int skipped = begins ? HEADER.length : 1;
                signature.write(raw, at + skipped, end - at - skipped);
            } else {
                payload.write(raw, at, end - at);
            }
            at = end;
        }
        payload.write(raw, at, raw.length - at);
        return signature.size() == 0
                ? Optional.empty()
                : Optional.of(new SignedObject(payload.toByteArray(), signature.toByteArray(), time));
    }

    /** A tag's signature is the end of its message, from the last line that begins one. Empty without a signature. */
    static Optional<SignedObject> ofTag(byte[] raw, Instant time) {
        int found = -1;
        for (int at = 0; at < raw.length; at = RawParseUtils.nextLF(raw, at)) {
            if (RawParseUtils.match(raw, at, ARMOR) >= 0) {
                found = at;
            }
        }
        return found < 0
                ? Optional.empty()
                : Optional.of(new SignedObject(
                        Arrays.copyOfRange(raw, 0, found), Arrays.copyOfRange(raw, found, raw.length), time));
    }
}
