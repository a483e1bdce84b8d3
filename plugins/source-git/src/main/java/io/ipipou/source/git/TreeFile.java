package io.ipipou.source.git;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * A regular file in a tree object. Symbolic links are not followed and submodules not entered.
 *
 * @param names of the directories and the file, none of which leads out of the tree
 */
record TreeFile(List<String> names) {

    private static final int MAX_SUGGESTIONS = 10;

    /** @param path names separated by {@code /} */
    static TreeFile parse(String path) throws SourceException {
        List<String> names = List.of(path.split("/", -1));
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw new SourceException("path \"" + path
                        + "\" cannot be in a repository (write names separated by /, such as hosts/hub.yaml)");
            }
        }
        return new TreeFile(names);
    }

    byte[] read(ObjectReader reader, ObjectId root, int maxBytes) throws IOException, SourceException {
        ObjectId tree = root;
        int last = names.size() - 1;
        for (int depth = 0; depth < last; depth++) {
            tree = entry(reader, tree, depth, FileMode.TREE);
        }
        ObjectId blob = entry(reader, tree, last, FileMode.REGULAR_FILE);
        long size = reader.getObjectSize(blob, Constants.OBJ_BLOB);
        if (size > maxBytes) {
            throw new SourceException(this + " is too large: " + size + " bytes (the limit is " + maxBytes + ")");
        }
        return reader.open(blob, Constants.OBJ_BLOB).getBytes(maxBytes);
    }

    private ObjectId entry(ObjectReader reader, ObjectId tree, int depth, FileMode wanted)
            throws IOException, SourceException {
        String name = names.get(depth);
        List<String> others = new ArrayList<>();
        CanonicalTreeParser entries = new CanonicalTreeParser();
        for (entries.reset(reader, tree); !entries.eof(); entries.next()) {
            String found = entries.getEntryPathString();
            if (found.equals(name)) {
                check(path(depth + 1), entries.getEntryFileMode(), wanted);
                return entries.getEntryObjectId();
            }
            others.add(found + (entries.getEntryFileMode() == FileMode.TREE ? "/" : ""));
        }
        throw new SourceException(path(depth + 1) + " does not exist" + suggestions(depth, name, others));
    }

    private static void check(String path, FileMode found, FileMode wanted) throws SourceException {
        boolean executable = wanted == FileMode.REGULAR_FILE && found == FileMode.EXECUTABLE_FILE;
        if (found == wanted || executable) {
            return;
        }
        String what =
                switch (found.getBits() & FileMode.TYPE_MASK) {
                    case FileMode.TYPE_SYMLINK -> "a symbolic link, which is not followed";
                    case FileMode.TYPE_GITLINK -> "a submodule, which is not entered";
                    case FileMode.TYPE_TREE -> "a directory";
                    default -> "a file";
                };
        throw new SourceException(path + " is " + what + " (name a regular file of the repository)");
    }

    private String suggestions(int depth, String name, List<String> others) {
        String where = depth == 0 ? "the repository" : path(depth) + "/";
        if (others.isEmpty()) {
            return " (" + where + " is empty)";
        }
        others.sort((one, other) -> Integer.compare(likeness(other, name), likeness(one, name)));
        List<String> shown = others.subList(0, Math.min(MAX_SUGGESTIONS, others.size()));
        return " (" + where + " has "
                + String.join(", ", shown.stream().map(Printable::line).toList())
                + (shown.size() < others.size() ? ", ..." : "") + ")";
    }

    /** How many characters two names share at their beginning and end. */
    private static int likeness(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int shorter = Math.min(a.length(), b.length());
        int head = 0;
        while (head < shorter && a.charAt(head) == b.charAt(head)) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && a.charAt(a.length() - 1 - tail) == b.charAt(b.length() - 1 - tail)) {
            tail++;
        }
        return head + tail;
    }

    /** The path's first names. */
    private String path(int count) {
        return String.join("/", names.subList(0, count));
    }

    @Override
    public String toString() {
        return path(names.size());
    }
}
