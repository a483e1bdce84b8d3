package io.ipipou.spi.source;

import java.time.Instant;

/**
 * One state of a source.
 *
 * @param id tells it from all others: a commit's hash, say
 * @param author who made it, as the source says: nobody vouches for it but the signature
 * @param time when it was made, as the source says
 */
public record Revision(String id, String author, Instant time, Signature signature) {}
