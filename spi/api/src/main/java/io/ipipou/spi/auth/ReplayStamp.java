package io.ipipou.spi.auth;

import java.time.Instant;

/**
 * Identifies one authentication packet, so that the engine accepts it only once, also after a restart. The packet
 * authenticates all of it: only a holder of the key can change it. The engine stores it on disk, readable by root.
 *
 * @param key identifies the key that made the packet, the same wherever that key is configured. It must not be secret,
 *     nor help to guess a weak secret
 * @param time when the packet was made, by the sender's clock and in its resolution
 * @param nonce distinguishes packets that the same key made at the same time; printable
 */
public record ReplayStamp(String key, Instant time, String nonce) {}
