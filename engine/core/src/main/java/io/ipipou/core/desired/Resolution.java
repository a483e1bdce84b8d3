package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import java.util.List;

/**
 * What a file asks of one host.
 *
 * @param roaming the tunnels whose peers' endpoints are learnt, in the file's order
 * @param warnings what could not be looked up and is therefore left as it is
 */
public record Resolution(DesiredState state, List<RoamingTunnel> roaming, List<Problem> warnings) {

    public Resolution {
        roaming = List.copyOf(roaming);
        warnings = List.copyOf(warnings);
    }
}
