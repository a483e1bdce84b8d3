package io.ipipou.agent.metrics;

import io.ipipou.agent.control.SocketFile;
import io.ipipou.spi.state.Ipv4;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where metrics are served: only on this host, because they reveal peers and there is no access control.
 *
 * @param socket a TCP address in 127.0.0.0/8, with port 0 for any free one; or a Unix socket in an existing directory, which
 *     root and the file's group can connect to
 */
public record MetricsAddress(SocketAddress socket) {

    public static final String EXAMPLES = "127.0.0.1:9786 or /run/ipipou/metrics.sock";

    private static final Pattern TCP = Pattern.compile("([^:]+):(\\d{1,5})");

    /**
     * Parses {@code ADDRESS:PORT} or {@code /PATH}.
     *
     * @throws IllegalArgumentException if it is neither, or other hosts could connect; the message says what to write instead
     */
    public static MetricsAddress parse(String text) {
        if (text.startsWith("/")) {
            return new MetricsAddress(UnixDomainSocketAddress.of(text));
        }
        Matcher parts = TCP.matcher(text.replaceFirst("^localhost:", "127.0.0.1:"));
        if (!parts.matches() || Ipv4.parse(parts.group(1)).isEmpty() || Integer.parseInt(parts.group(2)) > 65535) {
            throw new IllegalArgumentException(text + ": not an address for metrics (write " + EXAMPLES + ")");
        }
        byte[] address = Ipv4.of(parts.group(1)).toBytes();
        if (address[0] != 127) {
            throw new IllegalArgumentException(text
                    + ": other hosts could connect, and metrics have no access control (write " + EXAMPLES
                    + ", and put a proxy with authentication in front of it)");
        }
        try {
            return new MetricsAddress(
                    new InetSocketAddress(InetAddress.getByAddress(address), Integer.parseInt(parts.group(2))));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IOException if it cannot be listened on, or another program listens there */
    ServerSocketChannel bind() throws IOException {
        if (socket instanceof UnixDomainSocketAddress unix) {
            return SocketFile.bind(unix.getPath(), "rw-rw----");
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        try {
            return server.bind(socket);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot serve metrics at " + this + ": " + e.getMessage(), e);
        }
    }

    /** Deletes the socket file that {@link #bind} created. */
    void removeSocket() throws IOException {
        if (socket instanceof UnixDomainSocketAddress unix) {
            Files.deleteIfExists(unix.getPath());
        }
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return socket instanceof InetSocketAddress tcp
                ? tcp.getAddress().getHostAddress() + ":" + tcp.getPort()
                : socket.toString();
    }
}
