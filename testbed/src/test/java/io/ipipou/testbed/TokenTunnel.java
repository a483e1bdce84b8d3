package io.ipipou.testbed;

/** Configuration files of a server, 203.0.113.1, and of its only client, which authenticates with a token. */
final class TokenTunnel {

    /** What the client sends to authenticate. */
    static final String TOKEN = "Labrador";

    private TokenTunnel() {}

    static String server(String backend) {
        return """
                apiVersion: ipipou/v1
                settings: {backend: %s}
                auth: {laptop: {scheme: token, token: Labrador}}
                peers: {laptop: {auth: laptop}}
                tunnels:
                  ipipou0:
                    mode: server
                    peer: laptop
                    local: {device: eth0, port: 10000}
                    inner: {address: 172.28.0.0, peer: 172.28.0.1}
                """.formatted(backend);
    }

    /** @param server the name or address of the server */
    static String client(String server, String keepalive) {
        return """
                apiVersion: ipipou/v1
                auth: {hub: {scheme: token, token: Labrador}}
                peers: {hub: {endpoint: "%s:10000", auth: hub}}
                tunnels:
                  ipipou0:
                    mode: client
                    peer: hub
                    local: {device: eth0, port: 10000}
                    inner: {address: 172.28.0.1, peer: 172.28.0.0}
                    keepalive: %s
                """.formatted(server, keepalive);
    }
}
