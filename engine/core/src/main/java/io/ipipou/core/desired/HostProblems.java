package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import io.ipipou.core.config.Tunnel;
import java.util.ArrayList;
import java.util.List;

/** Collects why a configuration does not fit one host. */
final class HostProblems {

    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /** @param field of the tunnel, such as {@code local.device} */
    void error(Tunnel tunnel, String field, String message, String remedy) {
        errors.add(new Problem(tunnel.position(), "tunnels." + tunnel.name() + "." + field, message, remedy));
    }

    void endpointError(Tunnel tunnel, String message, String remedy) {
        errors.add(endpoint(tunnel, message, remedy));
    }

    void endpointWarning(Tunnel tunnel, String message, String consequence) {
        warnings.add(endpoint(tunnel, message, consequence));
    }

    private static Problem endpoint(Tunnel tunnel, String message, String remedy) {
        String path = "peers." + tunnel.peer().name() + ".endpoint";
        return new Problem(tunnel.peer().position(), path, message, remedy);
    }

    List<Problem> warnings() {
        return warnings;
    }

    void throwIfAny() throws UnresolvableException {
        if (!errors.isEmpty()) {
            throw new UnresolvableException(errors);
        }
    }
}
