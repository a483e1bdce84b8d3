package io.ipipou.testbed;

import io.ipipou.agent.Agent;
import io.ipipou.spi.backend.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A host with static tunnels, each on a port of its own, and one of a server, which has the host need a table. */
final class DriftHost implements AutoCloseable {

    private final NetworkNamespace namespace = NetworkNamespace.create("drift");
    private final Path directory;
    private final String yaml;
    private final String backend;

    /** @param directory its own */
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

    /** Where the packets of this tunnel arrive. */
    static int port(int tunnel) {
        return 10000 + tunnel;
    }

    /** What is reached through this tunnel. */
    static String route(int tunnel) {
        return "10." + tunnel + ".0.0/16";
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    /** Another pair of eyes and hands in the same namespace, which speak netlink themselves. */
    Backend hand() {
        return namespace.call(() -> RealKernel.provider("netlink").open("ipipou"));
    }

    /** An agent in this JVM, which has the host converged when this returns. */
    Agent agent() throws Exception {
        return namespace.call(
                () -> Plugins.BUILT_IN.agent(backend, Plugins.BUILT_IN.config(yaml, directory), directory));
    }

    /** An agent as a process of its own. */
    AgentProcess process(String... options) throws IOException {
        return AgentProcess.start(namespace, directory, yaml, options);
    }

    /** A file in {@code /proc/net}. */
    String proc(String file) {
        return namespace.call(() -> Files.readString(Path.of("/proc/thread-self/net", file)));
    }

    @Override
    public void close() {
        namespace.close();
    }
}
