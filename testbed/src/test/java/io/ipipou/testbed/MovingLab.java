package io.ipipou.testbed;

import io.ipipou.agent.Agent;
import io.ipipou.agent.client.ClientSnapshot;
import io.ipipou.core.apply.ApplyReport;
import io.ipipou.core.apply.ApplyRequest;
import io.ipipou.core.desired.Deferral;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Hosts whose addresses, devices and names change, with agents in this JVM that all ask one resolver. */
final class MovingLab implements AutoCloseable {

    static final LinkName TUNNEL = new LinkName("ipipou0");

    final Lab lab = new Lab();
    final NetworkNamespace internet = lab.internet();
    private final Path directory;
    private final Map<String, List<Ipv4>> records = new ConcurrentHashMap<>();
    private final Deque<Agent> agents = new ArrayDeque<>();

    MovingLab(Path directory) {
        this.directory = directory;
    }

    void setName(String name, String... addresses) {
        records.put(name, Arrays.stream(addresses).map(Ipv4::of).toList());
    }

    private List<Ipv4> resolve(String name) throws UnknownHostException {
        List<Ipv4> found = records.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found;
    }

    Agent start(NetworkNamespace host, String backend, String yaml) throws Exception {
        Path state = Files.createDirectories(directory.resolve(host.name()));
        Agent agent =
                host.call(() -> Plugins.BUILT_IN.agent(backend, Plugins.BUILT_IN.config(yaml), state, this::resolve));
        agents.push(agent);
        return agent;
    }

    /** Applies the file, after its names were looked up. */
    static ApplyReport apply(Agent agent, String yaml) throws Exception {
        return agent.apply(Plugins.BUILT_IN.config(yaml), new ApplyRequest(plan -> {}, false));
    }

    void stop(Agent agent) {
        agents.remove(agent);
        agent.close();
    }

    /** Adds a device with an address to a host, connected to the router, 192.168.{@code number}.1, which is the gateway. */
    static void connect(NetworkNamespace host, String device, NetworkNamespace router, int number, int metric) {
        String network = "192.168." + number;
        router.ipBatch(
                "link add name lan" + number + " type veth peer name " + device + " netns " + host.name(),
                "link set dev lan" + number + " up",
                "address add " + network + ".1/24 dev lan" + number);
        host.ipBatch(
                "link set dev " + device + " up",
                "address add " + network + ".2/24 dev " + device,
                "route add default via " + network + ".1 metric " + metric);
    }

    static List<String> reasons(Agent agent) {
        return agent.convergence().deferred().stream().map(Deferral::reason).toList();
    }

    static ClientSnapshot server(Agent client) {
        return Optional.ofNullable(client.clients().get(TUNNEL)).orElseThrow();
    }

    static boolean uses(Agent client, String address) {
        return Optional.ofNullable(client.clients().get(TUNNEL))
                .map(ClientSnapshot::server)
                .map(Endpoint::address)
                .filter(Ipv4.of(address)::equals)
                .isPresent();
    }

    static void awaitTunnel(String when, NetworkNamespace from, String inner) {
        long millis = Wait.until("the tunnel works " + when, () -> from.reaches(inner))
                .toMillis();
        System.out.printf("the tunnel works %s: %d ms%n", when, millis);
    }

    static String link(NetworkNamespace host) {
        return host.run("ip", "-d", "link", "show", "dev", TUNNEL.value());
    }

    /** A client of the hub with the token of {@link TokenTunnel}. */
    static String client(String backend, String endpoints, String local) {
        return client(backend, endpoints, local, "");
    }

    static String client(String backend, String endpoints, String local, String more) {
        return """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                auth: {hub: {scheme: token, token: Labrador}}
                peers: {hub: {%s, auth: hub}}
                tunnels:
                  ipipou0:
                    mode: client
                    peer: hub
                    local: {%s, port: 10000}
                    inner: {address: 172.28.0.1, peer: 172.28.0.0}
                    keepalive: 5m
                %s
                """.formatted(backend, endpoints, local, more.isEmpty() ? "" : "    " + more);
    }

    @Override
    public void close() {
        while (!agents.isEmpty()) {
            agents.pop().close();
        }
        lab.close();
    }
}
