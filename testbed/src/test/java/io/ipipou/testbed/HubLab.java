package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.agent.Agent;
import io.ipipou.agent.peer.PeerTable;
import io.ipipou.core.config.Config;
import io.ipipou.spi.state.LinkName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A hub with five peers on one port, each with its own authentication scheme, the first three behind the same NAT address, and a
 * host that the hub does not know. The agents run in this JVM, each in its own namespace.
 */
final class HubLab implements AutoCloseable {

    static final String HUB_ADDRESS = "203.0.113.1";
    static final String UNKNOWN_ADDRESS = "203.0.113.66";
    static final int PEERS = 5;

    private static final Plugins PLUGINS = Plugins.in(Optional.of(AgentProcess.THIRD_PARTY));

    private final Path directory;
    private final Lab lab = new Lab();
    private final Map<NetworkNamespace, Agent> agents = new HashMap<>();
    private final Keys hubKeys = Keys.generated();
    private final Keys keys1 = Keys.generated();
    private final Keys keys4 = Keys.generated();
    private final NetworkNamespace hub;
    private final NetworkNamespace nat;
    private final NetworkNamespace unknown;
    private final List<NetworkNamespace> peers;

    /** @param directory for the agents' files */
    HubLab(Path directory) {
        this.directory = directory;
        assertThat(PLUGINS.auth().get("hmac-window"))
                .as("the jar in " + AgentProcess.THIRD_PARTY)
                .isPresent();
        NetworkNamespace internet = lab.internet();
        hub = lab.hostOn(internet, "hub", 1);
        nat = lab.natOn(internet, 9);
        unknown = lab.hostOn(internet, "unknown", 66);
        peers = List.of(
                lab.hostBehind(nat, "peer", 0),
                lab.hostBehind(nat, "peer", 1),
                lab.hostBehind(nat, "peer", 2),
                lab.hostOn(internet, "peer", 4),
                lab.hostOn(internet, "peer", 5));
        translateTo(20000);
    }

    NetworkNamespace hub() {
        return hub;
    }

    NetworkNamespace peer(int number) {
        return peers.get(number);
    }

    /** The host that the hub does not know. */
    NetworkNamespace unknown() {
        return unknown;
    }

    /** Makes the NAT send the packets of the three peers behind it from other ports, from this one on. */
    void translateTo(int port) {
        Lab.translateTo(nat, port);
    }

    /** The hub's configuration file. */
    String hubFile(String backend) {
        return """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                defaults: {mode: server, local: {device: eth0, port: 10000}}
                auth:
                  a0: {scheme: token, token: Labrador}
                  a1: {scheme: ed25519, remotePublicKey: "%s", privateKey: "%s", secret: sesame}
                  a2: {scheme: hmac-window, key: a key that a third party made up}
                  a3: {scheme: address, ip: 203.0.113.4}
                  a4: {scheme: ed25519, remotePublicKey: "%s", secret: sesame}
                peers: {p0: {auth: a0}, p1: {auth: a1}, p2: {auth: a2}, p3: {auth: a3}, p4: {auth: a4}}
                tunnels:
                  hub0: {peer: p0, inner: {address: 172.28.0.0, peer: 172.28.0.1}}
                  hub1: {peer: p1, inner: {address: 172.28.1.0, peer: 172.28.1.1}}
                  hub2: {peer: p2, inner: {address: 172.28.2.0, peer: 172.28.2.1}}
                  hub3: {peer: p3, inner: {address: 172.28.3.0, peer: 172.28.3.1}}
                  hub4: {peer: p4, inner: {address: 172.28.4.0, peer: 172.28.4.1}}
                """.formatted(backend, keys1.publicKey(), hubKeys.privateKey(), keys4.publicKey());
    }

    private String peerFile(String backend, int number) {
        String auth =
                switch (number) {
                    case 0 -> "{scheme: token, token: Labrador}";
                    case 1 ->
                        "{scheme: ed25519, privateKey: \"%s\", remotePublicKey: \"%s\", secret: sesame}"
                                .formatted(keys1.privateKey(), hubKeys.publicKey());
                    case 2 -> "{scheme: hmac-window, key: a key that a third party made up}";
                    case 3 -> "{scheme: address, ip: 203.0.113.1}";
                    default -> "{scheme: ed25519, privateKey: \"%s\", secret: sesame}".formatted(keys4.privateKey());
                };
        return """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                auth: {hub: %s}
                peers: {hub: {endpoint: "203.0.113.1:10000", auth: hub}}
                tunnels:
                  ipipou0:
                    mode: client
                    peer: hub
                    local: {device: eth0, port: 10000}
                    inner: {address: 172.28.%d.1, peer: 172.28.%d.0}
                    keepalive: 2s
                """.formatted(backend, auth, number, number);
    }

    Agent startHub(String file) throws Exception {
        return start(hub, file, directory);
    }

    void startPeer(String backend, int number) throws Exception {
        start(peers.get(number), peerFile(backend, number), directory);
    }

    /** @param secrets the directory that the file's secrets are in */
    Agent start(NetworkNamespace host, String file, Path secrets) throws Exception {
        Config config = PLUGINS.config(file, secrets);
        Path state = Files.createDirectories(stateDirectory(host));
        Agent agent = host.call(() -> PLUGINS.agent(config.settings().backend(), config, state));
        agents.put(host, agent);
        return agent;
    }

    /** Where the host's agent has its control socket and its state. */
    Path stateDirectory(NetworkNamespace host) {
        return directory.resolve(host.name());
    }

    void stopHub() {
        Optional.ofNullable(agents.remove(hub)).orElseThrow().close();
    }

    /** Starts the hub and all peers and waits until the hub has admitted them and packets pass both ways. */
    Agent connectAll(String backend) throws Exception {
        Agent server = startHub(hubFile(backend));
        for (int i = 0; i < PEERS; i++) {
            startPeer(backend, i);
        }
        Wait.until("the hub has admitted all five peers", () -> hasAdmittedAll(server));
        pingFromAll();
        for (int i = 0; i < PEERS; i++) {
            hub.ping("172.28." + i + ".1");
        }
        return server;
    }

    void pingFromAll() {
        for (int i = 0; i < PEERS; i++) {
            peer(i).ping("172.28." + i + ".0");
        }
    }

    static boolean hasAdmittedAll(Agent server) {
        return server.peers().values().stream()
                .allMatch(peer ->
                        peer.endpoint().filter(where -> where.admitted()).isPresent());
    }

    static PeerTable.Snapshot snapshot(Agent server, int number) {
        return Optional.ofNullable(server.peers().get(new LinkName("hub" + number)))
                .orElseThrow();
    }

    /** The port that the hub knows this peer by, 0 for none. */
    static int portOf(Agent server, int number) {
        return snapshot(server, number)
                .endpoint()
                .map(where -> where.endpoint().port())
                .orElse(0);
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
        lab.close();
    }
}
