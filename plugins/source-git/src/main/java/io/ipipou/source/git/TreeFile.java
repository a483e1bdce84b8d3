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

/** Reads a regular file out of a tree object. Links are not followed, and submodules not entered. */
final class TreeFile {

    private static final int SHOWN = 10;

    private final ObjectReader reader;
    private final FilePath path;
    private final int maxBytes;

    TreeFile(ObjectReader reader, FilePath path, int maxBytes) {
        this.reader = reader;
        this.path = path;
        this.maxBytes = maxBytes;
    }

    byte[] read(ObjectId root) throws IOException, SourceException {
        ObjectId here = root;
        int last = path.names().size() - 1;
        for (int depth = 0; depth < last; depth++) {
            here = entry(here, depth, FileMode.TREE);
        }
        ObjectId blob = entry(here, last, FileMode.REGULAR_FILE);
        long size = reader.getObjectSize(blob, Constants.OBJ_BLOB);
        if (size > maxBytes) {
            throw new SourceException(path + " has " + size + " bytes, and " + maxBytes + " is the most that is read");
        }
        return reader.open(blob, Constants.OBJ_BLOB).getBytes(maxBytes);
    }

    private ObjectId entry(ObjectId tree, int depth, FileMode wanted) throws IOException, SourceException {
        String name = path.names().get(depth);
        List<String> others = new ArrayList<>();
        CanonicalTreeParser entries = new CanonicalTreeParser();
        for (entries.reset(reader, tree); !entries.eof(); entries.next()) {
            String found = entries.getEntryPathString();
            if (found.equals(name)) {
                check(path.upTo(depth + 1), entries.getEntryFileMode(), wanted);
                return entries.getEntryObjectId();
            }
            others.add(found + (entries.getEntryFileMode() == FileMode.TREE ? "/" : ""));
        }
        throw new SourceException("there is no " + path.upTo(depth + 1) + there(depth, name, others));
    }

    private static void check(String where, FileMode found, FileMode wanted) throws SourceException {
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
        throw new SourceException(where + " is " + what + " (name a regular file of the repository)");
    }

    private String there(int depth, String name, List<String> others) {
        String where = depth == 0 ? "the repository" : path.upTo(depth) + "/";
        if (others.isEmpty()) {
            return " (" + where + " is empty)";
        }
        others.sort((one, other) -> Integer.compare(likeness(other, name), likeness(one, name)));
        List<String> shown = others.subList(0, Math.min(SHOWN, others.size()));
        return " (" + where + " has "
                + String.join(", ", shown.stream().map(Printable::line).toList())
                + (shown.size() < others.size() ? ", ..." : "") + ")";
    }

    /** How many characters two names have in common at their beginning and end. */
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
}
