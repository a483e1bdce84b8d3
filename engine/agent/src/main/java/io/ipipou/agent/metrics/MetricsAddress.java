package io.ipipou.agent.metrics;

import io.ipipou.agent.control.SocketFile;
import io.ipipou.spi.state.Ipv4;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where metrics are served: only on this host, because they reveal peers and there is no access control. */
public sealed interface MetricsAddress {

    String EXAMPLES = "127.0.0.1:9786 or /run/ipipou/metrics.sock";

    /** @param path of a socket file, in an existing directory; root and the file's group can connect to it */
    record Unix(Path path) implements MetricsAddress {
        @Override
        public ServerSocketChannel bind() throws IOException {
            return SocketFile.bind(path, "rw-rw----");
        }

        @Override
        public void removeSocket() throws IOException {
            Files.deleteIfExists(path);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A TCP address that only this host can connect to.
     *
     * @param address in 127.0.0.0/8
     * @param port 0 for any free one
     */
    record Loopback(Ipv4 address, int port) implements MetricsAddress {
        @Override
        public ServerSocketChannel bind() throws IOException {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
            try {
                return server.bind(new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), port));
            } catch (IOException e) {
                server.close();
                throw new IOException("cannot serve metrics at " + this + ": " + e.getMessage(), e);
            }
        }

        @Override
        public String toString() {
            return address + ":" + port;
        }
    }

    /**
     * Starts listening.
     *
     * @throws IOException if that fails, or another program listens there
     */
    ServerSocketChannel bind() throws IOException;

    /** Deletes the socket file that {@link #bind} created. */
    default void removeSocket() throws IOException {}

    /**
     * Reads {@code ADDRESS:PORT} or {@code /PATH}.
     *
     * @throws IllegalArgumentException if it is neither, or other hosts could connect; the message says what to write instead
     */
    static MetricsAddress parse(String text) {
        if (text.startsWith("/")) {
            return new Unix(Path.of(text));
        }
        Matcher parts = Pattern.compile("([^:]+):(\\d{1,5})").matcher(text.replaceFirst("^localhost:", "127.0.0.1:"));
        if (!parts.matches() || Ipv4.parse(parts.group(1)).isEmpty() || Integer.parseInt(parts.group(2)) > 65535) {
            throw new IllegalArgumentException(text + ": not an address for metrics (write " + EXAMPLES + ")");
        }
        Ipv4 address = Ipv4.of(parts.group(1));
        if (address.toBytes()[0] != 127) {
            throw new IllegalArgumentException(text
                    + ": other hosts could connect, and metrics have no access control (write " + EXAMPLES
                    + ", and put a proxy with authentication in front of it)");
        }
        return new Loopback(address, Integer.parseInt(parts.group(2)));
    }
}
