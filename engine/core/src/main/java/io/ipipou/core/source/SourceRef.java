package io.ipipou.core.source;

/**
 * What is followed: one file of one ref. What is remembered of one is of no use to another.
 *
 * @param plugin the plugin's id
 * @param address of the repository
 * @param path of the file in it
 */
public record SourceRef(String plugin, String address, String ref, String path) {

    /** Characters of a revision's id that messages show: enough to find it. */
    private static final int SHOWN = 7;

    /** What messages call the file as it is in a revision: {@code hosts/hub.yaml@abc1234}. */
    public String fileAt(String revision) {
        return path + "@" + shortId(revision);
    }

    public static String shortId(String revision) {
        return revision.length() > SHOWN ? revision.substring(0, SHOWN) : revision;
    }

    /** Without what the address may hold of a user. */
    @Override
    public String toString() {
        return path + " of " + ref + " of " + address.replaceFirst("^(https?://)[^/@]*@", "$1");
    }
}
