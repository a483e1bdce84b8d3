package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The file is right but does not fit this host as it is now: a device is missing, a name does not resolve. */
public class UnresolvableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message a line each for what is wrong */
    public UnresolvableException(String message) {
        super(message);
    }

    /** @param problems at least one */
    public UnresolvableException(List<Problem> problems) {
        this(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
}
