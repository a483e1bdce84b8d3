package io.ipipou.backend.netlink;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The UDP ports in use in a network namespace, from /proc/net/udp and udp6, which need no kernel module, unlike inet_diag.
 * An open file there stays in the namespace of the thread that opened it.
 */
final class UdpPorts implements AutoCloseable {

    private static final Path NET = Path.of("/proc/thread-self/net");

    /** {@code 12: 0100007F:2710 ...}; of the IPv6 sockets only those for IPv4 too: {@code ::} and {@code ::ffff:0:0/96}. */
    private static final Pattern SOCKET = Pattern.compile(
            "^ *\\d+: (?:[0-9A-F]{8}|0{32}|0{16}FFFF0000[0-9A-F]{8}):([0-9A-F]{4}) ", Pattern.MULTILINE);

    private final List<FileChannel> files;

    private UdpPorts(List<FileChannel> files) {
        this.files = files;
    }

    static UdpPorts open() throws BackendException {
        UdpPorts ports = new UdpPorts(new ArrayList<>());
        try {
            ports.files.add(FileChannel.open(NET.resolve("udp"), StandardOpenOption.READ));
            // A kernel without IPv6 has no such file.
            if (Files.exists(NET.resolve("udp6"))) {
                ports.files.add(FileChannel.open(NET.resolve("udp6"), StandardOpenOption.READ));
            }
            return ports;
        } catch (IOException e) {
            ports.close();
            throw new BackendException("cannot read " + NET + ": is /proc mounted?", e);
        }
    }

    Set<Integer> read() throws BackendException {
        Set<Integer> ports = new HashSet<>();
        try {
            for (FileChannel file : files) {
                ports.addAll(parse(text(file)));
            }
        } catch (IOException e) {
            throw new BackendException("cannot read the UDP ports in use from " + NET, e);
        }
        return ports;
    }

    static Set<Integer> parse(String text) {
        Set<Integer> ports = new HashSet<>();
        Matcher socket = SOCKET.matcher(text);
        while (socket.find()) {
            ports.add(Integer.parseInt(socket.group(1), 16));
        }
        return ports;
    }

    private static String text(FileChannel file) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        file.position(0);
        while (file.read(buffer.clear()) > 0) {
            text.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            for (FileChannel file : files) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
