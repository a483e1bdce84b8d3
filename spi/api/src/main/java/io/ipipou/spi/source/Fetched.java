package io.ipipou.spi.source;

/**
 * A revision with its file.
 *
 * @param path of the file, within the source
 * @param content of the file; not copied, so leave it alone
 * @param descends whether the revision is, or descends from, the one that was asked about; true when none was
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
public record Fetched(Revision revision, String path, byte[] content, boolean descends) {

    /** Without the content, which may hold secrets. */
    @Override
    public String toString() {
        return path + " of " + revision.id();
    }
}
