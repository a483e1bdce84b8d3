package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A valid configuration that cannot be applied to this host now: a device is missing, say, or a name does not resolve.
 * The message is for the operator.
 */
public class UnresolvableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message one line per reason */
    public UnresolvableException(String message) {
        super(message);
    }

    /** @param problems at least one */
    public UnresolvableException(List<Problem> problems) {
        this(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
}
