package io.ipipou.source.git;

/**
 * Bounds on what one revision costs.
 *
 * @param packBytes what the server can send in one answer
 * @param objectBytes size of any file of the repository
 * @param commits generations of history that are fetched to find an ancestor
 * @param packs packs, one per fetch, in a cache before it is recreated
 */
record Limits(long packBytes, long objectBytes, int commits, int packs) {

    static final Limits STANDARD = new Limits(256L << 20, 32L << 20, 4096, 50);
}
