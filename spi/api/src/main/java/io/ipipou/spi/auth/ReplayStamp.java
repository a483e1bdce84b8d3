package io.ipipou.spi.auth;

import java.time.Instant;

/**
 * What tells one proof from every other, so that the engine can accept it once only. All of it is covered by the proof:
 * who cannot make a proof cannot change it. The engine keeps it on disk, for root only.
 *
 * @param key names the key the proof was made with, the same wherever that key is configured; not a secret, and not
 *     anything that a weak secret could be guessed from
 * @param time when the proof was made, by the prover's clock and in its resolution
 * @param nonce tells apart the proofs that one key made at one {@code time}; printable
 */
public record ReplayStamp(String key, Instant time, String nonce) {}
