package io.ipipou.testbed;

import io.ipipou.agent.Agent;
import io.ipipou.spi.backend.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A host with static tunnels, each on its own port, and a tunnel of mode server, because of which the host has a table. */
final class DriftHost implements AutoCloseable {

    private final NetworkNamespace namespace = NetworkNamespace.create("drift");
    private final Path directory;
    private final String yaml;
    private final String backend;

    /** @param directory for the agent's files */
    DriftHost(Path directory, String backend, int tunnels) {
        this.directory = directory;
        this.backend = backend;
        this.yaml = yaml(backend, tunnels);
        namespace.ipBatch(
                "link set dev lo up",
                "link add name eth0 up type dummy",
                "address add 203.0.113.1/24 dev eth0",
                "route add default via 203.0.113.254");
    }

    private static String yaml(String backend, int tunnels) {
        StringBuilder text = new StringBuilder("""
                apiVersion: ipipou/v1
                settings: {backend: %s}
                defaults: {local: {device: eth0, port: 9999}}
                auth: {door: {scheme: token, token: Labrador}}
                peers:
                  roaming: {auth: door}
                """.formatted(backend));
        StringBuilder entries =
                new StringBuilder("tunnels:\n  door: {mode: server, peer: roaming, inner: {address: 172.28.255.0}}\n");
        for (int i = 0; i < tunnels; i++) {
            text.append("  p%d: {endpoint: \"198.18.0.%d:10000\"}%n".formatted(i, i + 1));
            entries.append("  t%d: {mode: static, peer: p%d, local: {port: %d}, inner: {address: %s}, routes: [%s]}%n"
                    .formatted(i, i, port(i), "172.28.0." + i, route(i)));
        }
        return text.append(entries).toString();
    }

    /** The port on which this tunnel's packets arrive. */
    static int port(int tunnel) {
        return 10000 + tunnel;
    }

    /** The destination of the route through this tunnel. */
    static String route(int tunnel) {
        return "10." + tunnel + ".0.0/16";
    }

    /** The configuration file's content. */
    String file() {
        return yaml;
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    /** A backend of its own in the same namespace, to make outside changes and to see their repair. */
    Backend outsideBackend() {
        return namespace.call(() -> RealKernel.provider("netlink").open("ipipou"));
    }

    /** Starts an agent in this JVM; the host matches the file when this returns. */
    Agent agent() throws Exception {
        return namespace.call(
                () -> Plugins.BUILT_IN.agent(backend, Plugins.BUILT_IN.config(yaml, directory), directory));
    }

    /** Starts an agent as a process of its own. */
    AgentProcess process(String... options) throws IOException {
        return AgentProcess.start(namespace, directory, yaml, options);
    }

    /** Reads a file in {@code /proc/net}. */
    String proc(String file) {
        return namespace.call(() -> Files.readString(Path.of("/proc/thread-self/net", file)));
    }

    @Override
    public void close() {
        namespace.close();
    }
}
