package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Gathers everything wrong with one file. A node that was complained about is not complained about again. */
final class Problems {

    /** Nobody mends more at once, and a large file of nonsense would fill the memory with them. */
    static final int MAX_ERRORS = 1000;

    private final SortedSet<Problem> errors = new TreeSet<>();
    private final SortedSet<Problem> warnings = new TreeSet<>();
    private final Set<Node> flagged = Collections.newSetFromMap(new IdentityHashMap<>());

    void error(Value at, String message, String instead) {
        flagged.add(at.node());
        lacking(at, message, instead);
    }

    /** About what is not there: what is there may still be complained about. */
    void lacking(Value at, String message, String instead) {
        String subject = at.path().parent().isEmpty() ? "the file " : "";
        error(at.position(), at.path(), subject + message, instead);
    }

    void error(Position position, NodePath path, String message, String instead) {
        if (!isFull()) {
            errors.add(new Problem(position, path.toString(), message, instead));
        }
    }

    private boolean isFull() {
        return errors.size() >= MAX_ERRORS;
    }

    void warning(Value at, String message, String instead) {
        warnings.add(new Problem(at.position(), at.path().toString(), message, instead));
    }

    boolean isFlagged(Value value) {
        return flagged.contains(value.node());
    }

    /** The mistakes so far and this one, after which nothing more can be read. */
    ConfigException fatal(Position position, NodePath path, String message, String instead) {
        errors.add(new Problem(position, path.toString(), message, instead));
        return exception();
    }

    void throwIfFull() throws ConfigException {
        if (isFull()) {
            throw exception();
        }
    }

    void throwIfAny() throws ConfigException {
        if (!errors.isEmpty()) {
            throw exception();
        }
    }

    private ConfigException exception() {
        List<Problem> all = new ArrayList<>(errors);
        if (isFull()) {
            Position last = errors.last().position();
            all.add(new Problem(last, "", "there are more mistakes than these " + MAX_ERRORS, "mend these first"));
        }
        return new ConfigException(all);
    }

    List<Problem> warnings() {
        return List.copyOf(warnings);
    }
}
