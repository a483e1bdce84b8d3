package io.ipipou.spi.source;

import java.time.Instant;

/**
 * One state of a repository.
 *
 * @param id unique in the repository, such as a commit's hash
 * @param author as the repository has it; only a trusted signature proves it
 * @param time when it was made, as the repository has it
 */
public record Revision(String id, String author, Instant time, Signature signature) {}
