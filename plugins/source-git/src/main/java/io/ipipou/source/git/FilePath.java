package io.ipipou.source.git;

import io.ipipou.spi.source.SourceException;
import java.util.List;

/** A file's path in a tree: names with {@code /} between them, and no way out of the tree. */
record FilePath(List<String> names) {

    static FilePath parse(String text) throws SourceException {
        List<String> names = List.of(text.split("/", -1));
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw new SourceException("path \"" + text
                        + "\" is none in a repository (write names with / between them, such as hosts/hub.yaml)");
            }
        }
        return new FilePath(names);
    }

    /** The first so many names. */
    String upTo(int count) {
        return String.join("/", names.subList(0, count));
    }

    @Override
    public String toString() {
        return upTo(names.size());
    }
}
