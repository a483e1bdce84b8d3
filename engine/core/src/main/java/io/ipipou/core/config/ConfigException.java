package io.ipipou.core.config;

import java.util.List;
import java.util.stream.Collectors;

/** All mistakes of a file, in the order of their positions. The message has a line for each. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    // Never serialized, although every exception is Serializable.
    private final transient List<Problem> problems;

    /** @param problems at least one */
    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
