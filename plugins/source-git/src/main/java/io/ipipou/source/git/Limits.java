package io.ipipou.source.git;

/**
 * What one revision may cost.
 *
 * @param packBytes what the other side may send for one question
 * @param objectBytes how large a file of the repository, any of them, may be
 * @param commits how far back the descent of a revision is followed
 * @param packs how many packs, one for each fetch, a cache keeps before it is made anew
 */
record Limits(long packBytes, long objectBytes, int commits, int packs) {

    static final Limits STANDARD = new Limits(256L << 20, 32L << 20, 4096, 50);
}
