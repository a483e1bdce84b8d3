package io.ipipou.core.config;

import java.util.Comparator;

/**
 * A mistake in the file, or a warning about it. It never has a secret.
 *
 * @param path the dotted path of the value, {@code tunnels.ipipou0.local.port}; empty for the whole file
 * @param message what is wrong
 * @param instead what to write instead; can be empty
 */
public record Problem(Position position, String path, String message, String instead) implements Comparable<Problem> {

    private static final Comparator<Problem> ORDER = Comparator.comparing(Problem::position)
            .thenComparing(Problem::path)
            .thenComparing(Problem::message)
            .thenComparing(Problem::instead);

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code FILE:LINE:COLUMN: PATH: what is wrong (what to write instead)}. */
    @Override
    public String toString() {
        return position + ": " + (path.isEmpty() ? "" : path + ": ") + message
                + (instead.isEmpty() ? "" : " (" + instead + ")");
    }
}
