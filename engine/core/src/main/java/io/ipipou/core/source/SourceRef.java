package io.ipipou.core.source;

/**
 * The file that a host follows. A host that follows another one starts from scratch.
 *
 * @param plugin the source plugin's id
 * @param address of the repository
 * @param ref the branch or tag
 * @param path of the file in the repository
 */
public record SourceRef(String plugin, String address, String ref, String path) {

    /** In characters, as git abbreviates a commit. */
    private static final int SHORT_ID = 7;

    /** The name in messages of the file in a revision: {@code hosts/hub.yaml@abc1234}. */
    public String fileAt(String revision) {
        return path + "@" + shortId(revision);
    }

    public static String shortId(String revision) {
        return revision.length() > SHORT_ID ? revision.substring(0, SHORT_ID) : revision;
    }

    /** Without a user name and password in the address. */
    @Override
    public String toString() {
        return path + " of " + ref + " of " + address.replaceFirst("^(https?://)[^/@]*@", "$1");
    }
}
