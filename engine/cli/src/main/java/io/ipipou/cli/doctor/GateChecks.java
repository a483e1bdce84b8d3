package io.ipipou.cli.doctor;

import io.ipipou.core.config.Mode;
import io.ipipou.core.desired.Deferral;
import io.ipipou.core.desired.Obstacle;
import io.ipipou.core.plan.Change;
import io.ipipou.spi.state.FouListener;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kernel's objects through which a tunnel's packets pass. */
final class GateChecks {

    private GateChecks() {}

    static Optional<Finding> listener(TunnelFacts tunnel) {
        int port = tunnel.tunnel().local().port();
        if (tunnel.host().state().listeners().contains(FouListener.onPort(port))) {
            return Optional.of(Finding.ok("UDP port " + port));
        }
        Optional<FouListener> other = tunnel.host().state().listeners().stream()
                .filter(listener -> listener.port() == port)
                .findFirst();
        if (other.isPresent()) {
            return Optional.of(Finding.failed(
                    "UDP port " + port + " is a FOU port of another kind",
                    "it has " + other.get().fields(),
                    "delete it if nothing needs it (ip fou del port " + port + "), or use another local.port"));
        }
        if (tunnel.host().state().udpPorts().contains(port)) {
            return Optional.of(Finding.failed(
                    "UDP port " + port + " is held by another program",
                    PortHolder.find(tunnel.host().files(), port)
                            .map(holder -> "it is held by " + holder)
                            .orElse("the program is not visible from here; find it with: ss -uanp sport = :" + port),
                    "stop that program, or use another local.port here and in the peer's endpoint; the tunnel comes up by"
                            + " itself when the port is free"));
        }
        return Optional.of(Finding.notChecked("UDP port " + port + " is not open for FOU yet"));
    }

    /** What makes the host match the file. */
    static String apply(HostFacts host) {
        return host.agent().answers()
                ? "see why the agent does not repair it: journalctl -u ipipou-agent"
                : "run: ipipou apply";
    }

    static Optional<Finding> gate(TunnelFacts tunnel) {
        if (tunnel.tunnel().mode() == Mode.STATIC) {
            return Optional.empty();
        }
        HostFacts host = tunnel.host();
        String table = "table ip " + host.config().settings().nftTable();
        if (host.state().table().isEmpty()) {
            return Optional.of(Finding.failed(
                    "the gate (nftables " + table + ") does not exist",
                    "nothing authenticates or admits packets",
                    apply(host)));
        }
        List<Change> changes = host.plan().changes().stream()
                .filter(change -> change.id().kind().startsWith("nft."))
                .toList();
        return Optional.of(
                changes.isEmpty()
                        ? Finding.ok("gate")
                        : Finding.failed(
                                "the gate (nftables " + table + ") does not match the file",
                                list(changes),
                                apply(host)));
    }

    /** What is in the way of the tunnel or of one of its routes, unless an earlier check explains it. */
    static Optional<Finding> obstacle(TunnelFacts tunnel) {
        List<Obstacle> obstacles =
                tunnel.host().deferred(tunnel).stream().map(Deferral::obstacle).toList();
        boolean explained = Stream.of(
                        LocalEndChecks.device(tunnel),
                        LocalEndChecks.address(tunnel),
                        RemoteEndChecks.name(tunnel),
                        listener(tunnel))
                .anyMatch(finding -> finding.filter(Finding::isFailure).isPresent());
        if (obstacles.isEmpty() || explained) {
            return Optional.empty();
        }
        Obstacle first = obstacles.get(0);
        String more = obstacles.size() > 1 ? "; " + (obstacles.size() - 1) + " more: see ipipou plan" : "";
        return Optional.of(Finding.failed(
                first.description(), (first.remedy().isEmpty() ? "see: ipipou plan" : first.remedy()) + more));
    }

    /** The tunnel's own objects: listener, link, addresses and routes. */
    static Optional<Finding> state(TunnelFacts tunnel) {
        HostFacts host = tunnel.host();
        List<Change> changes = host.changes(tunnel);
        if (changes.isEmpty()) {
            return tunnel.link().map(link -> Finding.ok("link"));
        }
        return Optional.of(Finding.failed(
                "the kernel does not match the file", "apply would change " + list(changes), apply(host)));
    }

    private static String list(List<Change> changes) {
        String first = changes.stream()
                .limit(5)
                .map(change -> change.action().symbol() + " " + change.id())
                .collect(Collectors.joining(", "));
        return changes.size() > 5 ? first + " and " + (changes.size() - 5) + " more" : first;
    }
}
