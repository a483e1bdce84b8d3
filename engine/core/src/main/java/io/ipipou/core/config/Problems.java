package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Collects everything that is wrong with one file, each thing once. */
final class Problems {

    /** Nobody corrects more at once, and a large file of nonsense would fill the memory with them. */
    static final int MAX_ERRORS = 1000;

    private final SortedSet<Problem> errors = new TreeSet<>();
    private final SortedSet<Problem> warnings = new TreeSet<>();

    void error(Node at, String message, String instead) {
        error(at.position(), at.path(), message, instead);
    }

    void error(Position position, NodePath path, String message, String instead) {
        if (!isFull()) {
            errors.add(new Problem(position, path.toString(), message, instead));
        }
    }

    boolean isFull() {
        return errors.size() >= MAX_ERRORS;
    }

    void warning(Node at, String message, String instead) {
        warnings.add(new Problem(at.position(), at.path().toString(), message, instead));
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
            String message = "the file has more than " + MAX_ERRORS + " mistakes";
            all.add(new Problem(last, "", message, "correct these first"));
        }
        return new ConfigException(all);
    }

    List<Problem> warnings() {
        return List.copyOf(warnings);
    }
}
