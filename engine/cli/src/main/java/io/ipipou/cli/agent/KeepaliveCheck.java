package io.ipipou.cli.agent;

import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.Terminal;
import io.ipipou.core.config.Config;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Problem;
import io.ipipou.core.config.Tunnel;
import java.util.List;

/** Warns of static tunnels that ask for keepalives while no agent runs to send them. */
public final class KeepaliveCheck {

    private KeepaliveCheck() {}

    public static void warnWithoutAgent(Config config, Terminal terminal) {
        List<Tunnel> asking = config.tunnels().stream()
                .filter(tunnel ->
                        tunnel.mode() == Mode.STATIC && tunnel.keepalive().isPresent())
                .toList();
        if (!asking.isEmpty() && !agentMayRun()) {
            asking.forEach(tunnel -> terminal.warning(warning(tunnel).toString()));
        }
    }

    /** Also if this process cannot ask: then the agent may run. */
    private static boolean agentMayRun() {
        try {
            return AgentClient.find().isPresent();
        } catch (CommandFailure e) {
            return true;
        }
    }

    private static Problem warning(Tunnel tunnel) {
        return new Problem(
                tunnel.position(),
                "tunnels." + tunnel.name() + ".keepalive",
                "no agent runs on this host, so no keepalives are sent",
                "start it with: systemctl start ipipou-agent; or remove keepalive");
    }
}
