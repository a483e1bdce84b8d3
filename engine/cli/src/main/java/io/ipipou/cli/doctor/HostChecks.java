package io.ipipou.cli.doctor;

import io.ipipou.agent.packet.QueueTable;
import io.ipipou.cli.process.Directories;
import io.ipipou.core.config.Mode;
import io.ipipou.core.config.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What all tunnels share. */
final class HostChecks {

    private static final List<String> TUNNEL_MODULES = List.of("fou", "ipip");
    private static final List<String> GATE_MODULES = List.of("nf_tables", "nfnetlink_queue", "nft_queue");
    private static final Set<String> SCHEMES_WITHOUT_TIME = Set.of("token", "address");
    /** In bytes (net/ipv4/route.c). */
    private static final int DEFAULT_MIN_PMTU = 552;

    private static final Pattern MODULE_FILE = Pattern.compile("([^/]+)\\.ko[.a-z0-9]*$");

    private HostChecks() {}

    static Optional<Finding> modules(HostFacts host) {
        List<String> needed = new ArrayList<>(TUNNEL_MODULES);
        if (host.needsGate()) {
            needed.addAll(GATE_MODULES);
        }
        KernelFiles files = host.files();
        needed.removeIf(module -> files.exists("sys/module/" + module));
        if (!needed.isEmpty()) {
            needed.removeAll(installed(files));
        }
        if (needed.isEmpty()) {
            return Optional.of(Finding.ok("kernel modules"));
        }
        String release = files.text("proc/sys/kernel/osrelease").orElse("unknown");
        String missing = String.join(", ", needed);
        return Optional.of(
                files.exists("lib/modules/" + release)
                        ? Finding.failed(
                                "the kernel lacks " + missing,
                                "neither loaded nor in /lib/modules/" + release,
                                "install the package with the kernel's further modules (Ubuntu: linux-modules-extra-"
                                        + release + "), or boot a distribution kernel")
                        : Finding.failed(
                                "the kernel cannot load " + missing,
                                "there is no /lib/modules/" + release
                                        + ", where modules of the running kernel would be",
                                "reboot if the kernel was updated; in a container, load them on its host: modprobe -a "
                                        + String.join(" ", needed)));
    }

    /** The modules that can be loaded or are built in. */
    private static Set<String> installed(KernelFiles files) {
        String directory =
                "lib/modules/" + files.text("proc/sys/kernel/osrelease").orElse("unknown") + "/";
        Set<String> names = new TreeSet<>();
        for (String list : List.of("modules.builtin", "modules.dep")) {
            for (String line : files.lines(directory + list)) {
                Matcher file = MODULE_FILE.matcher(line.split(":", 2)[0]);
                if (file.find()) {
                    names.add(file.group(1).replace('-', '_'));
                }
            }
        }
        return names;
    }

    /** How far a forged ICMP message can lower the path MTU of a tunnel. */
    static Optional<Finding> minimumPathMtu(HostFacts host) {
        int minimum = host.files().sysctl("net/ipv4/route/min_pmtu").orElse(DEFAULT_MIN_PMTU);
        return Optional.of(
                minimum >= DEFAULT_MIN_PMTU
                        ? Finding.ok("min_pmtu " + minimum)
                        : Finding.failed(
                                "one forged ICMP message can lower a tunnel's path MTU to " + minimum + " bytes",
                                "net.ipv4.route.min_pmtu is below the kernel's default, " + DEFAULT_MIN_PMTU,
                                "set sysctl net.ipv4.route.min_pmtu to the smallest MTU that a real path has, such as 1280"));
    }

    static Optional<Finding> clock(HostFacts host) {
        if (host.config().tunnels().stream().noneMatch(HostChecks::usesTime)) {
            return Optional.empty();
        }
        // systemd-timesyncd also sets the kernel's flag, but only after its second answer.
        boolean synchronised = host.clockSynchronised() || host.files().exists("run/systemd/timesync/synchronized");
        return Optional.of(
                synchronised
                        ? Finding.ok("clock")
                        : Finding.failed(
                                "the clock is not synchronised",
                                "a packet is rejected if the clocks of both hosts differ by more than maxClockSkew",
                                "run chrony or systemd-timesyncd (see: timedatectl); if the clock is right nevertheless, only"
                                        + " this check fails"));
    }

    /** Whether packets of the tunnel's scheme have the time; schemes of other vendors may. */
    private static boolean usesTime(Tunnel tunnel) {
        return HostFacts.authenticates(tunnel)
                && tunnel.peer()
                        .auth()
                        .filter(auth -> !SCHEMES_WITHOUT_TIME.contains(auth.scheme()))
                        .isPresent()
                && (tunnel.mode() == Mode.CLIENT || !tunnel.maxClockSkew().isZero());
    }

    static Optional<Finding> agent(HostFacts host) {
        if (!host.needsAgent()) {
            return Optional.empty();
        }
        AgentFacts agent = host.agent();
        if (agent.answers()) {
            String managed = agent.file().orElseThrow();
            String checked = host.configFiles().identity();
            return Optional.of(
                    managed.equals(checked)
                            ? Finding.ok("agent")
                            : Finding.failed(
                                    "the agent manages this host from " + managed + ", not from " + checked,
                                    "check what it manages: ipipou doctor --file " + managed
                                            + ", or restart the agent with the other file"));
        }
        if (agent.problem().isPresent()) {
            return Optional.of(Finding.failed(
                    "the agent does not answer: " + agent.problem().get(),
                    "see: journalctl -u ipipou-agent; then: systemctl restart ipipou-agent (tunnels stay up)"));
        }
        return Optional.of(Finding.failed(
                "the agent is not running, so nobody "
                        + (host.authenticates() ? "authenticates" : "sends keepalives or repairs drift"),
                "nothing listens at " + Directories.run().resolve("agent.sock"),
                "run: systemctl start ipipou-agent (and see: journalctl -u ipipou-agent)"));
    }

    static Optional<Finding> queue(HostFacts host) {
        if (!host.authenticates()) {
            return Optional.empty();
        }
        int number = host.config().settings().queue();
        String queue = "NFQUEUE " + number;
        Optional<QueueTable.Row> row =
                new QueueTable(host.files().path("proc/thread-self/net/netfilter/nfnetlink_queue")).row(number);
        if (!host.agent().answers()) {
            return Optional.of(row.map(bound -> Finding.failed(
                            queue + " is held by " + bound.holder(),
                            "authentication packets go to that program instead of the agent",
                            "stop that program, or set settings.queue to another number"))
                    .orElseGet(() -> Finding.notChecked("the agent does not run")));
        }
        if (row.isEmpty()) {
            return Optional.of(Finding.failed(
                    "the agent does not receive from " + queue,
                    "no program is bound to it, so the kernel drops authentication packets",
                    "run: systemctl restart ipipou-agent (tunnels stay up)"));
        }
        return Optional.of(
                row.get().dropped() == 0
                        ? Finding.ok("queue")
                        : Finding.note(
                                queue + " has dropped " + row.get().dropped()
                                        + " authentication packets since the agent started",
                                "normal after a flood of packets from unknown sources; if it grows without one, the host is"
                                        + " too busy"));
    }
}
