package io.ipipou.source.git.signature;

import java.time.Instant;

/**
 * What a signature is over, and the signature.
 *
 * @param payload to the octet what was signed
 * @param signature armored, as the object holds it
 * @param time when the signer says it was made: a commit's or a tag's own
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
record Signed(byte[] payload, byte[] signature, Instant time) {}
