package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import io.ipipou.spi.state.LinkName;
import java.util.List;
import java.util.Map;

/**
 * A configuration applied to one host.
 *
 * @param roaming the tunnels that learn their peer's endpoint, in the file's order
 * @param learnt the endpoints learnt so far, by tunnel
 * @param clients the tunnels in which this host authenticates, in the file's order
 * @param warnings names that do not resolve, so that their tunnels stay as they are
 */
public record Resolution(
        DesiredState state,
        List<RoamingTunnel> roaming,
        Map<LinkName, LearntEndpoint> learnt,
        List<ClientTunnel> clients,
        List<Problem> warnings) {

    public Resolution {
        roaming = List.copyOf(roaming);
        learnt = Map.copyOf(learnt);
        clients = List.copyOf(clients);
        warnings = List.copyOf(warnings);
    }
}
