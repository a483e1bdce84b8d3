package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import io.ipipou.spi.state.LinkName;
import java.util.List;
import java.util.Map;

/**
 * What a file asks of one host.
 *
 * @param roaming the tunnels whose peers' endpoints are learnt, in the file's order
 * @param learnt where those peers are that have proved themselves, by tunnel
 * @param clients the tunnels in which this host proves itself, in the file's order
 * @param warnings what could not be looked up and is therefore left as it is
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
