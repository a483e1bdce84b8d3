package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The file is right but does not fit this host as it is now: a device is missing, a name does not resolve. */
public final class HostException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param problems at least one */
    public HostException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
}
