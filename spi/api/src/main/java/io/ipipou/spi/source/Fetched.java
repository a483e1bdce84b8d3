package io.ipipou.spi.source;

/**
 * A revision with its file.
 *
 * @param path of the file in the repository
 * @param content of the file; not copied, so it must not be changed
 * @param descends whether the revision is the one given as {@code since} or descends from it; true without
 *     {@code since}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Fetched(Revision revision, String path, byte[] content, boolean descends) {

    /** Without the content, which can hold secrets. */
    @Override
    public String toString() {
        return path + " of " + revision.id();
    }
}
