package io.ipipou.backend.iproute2;

import static java.util.function.Predicate.not;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The UDP ports in use, read from /proc/net/udp and udp6. */
final class UdpPorts {

    /** {@code sl: ADDRESS:PORT ...} in hexadecimal; an address is 32-bit words in the host's byte order. */
    private static final Pattern SOCKET = Pattern.compile("\\s*\\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) .*");

    /** Any IPv4 address, {@code ::}, and an IPv4-mapped address in either byte order. */
    private static final Pattern MAY_RECEIVE_IPV4 = Pattern.compile(".{8}|0{32}|0{16}(FFFF0000|0000FFFF).{8}");

    private UdpPorts() {}

    /**
     * The ports of IPv4 sockets, and of IPv6 sockets bound to {@code ::} or to an IPv4-mapped address. /proc does not
     * show whether such an IPv6 socket receives IPv4, so it counts unless it is known to be IPv6-only.
     *
     * @param ipv6Only ports whose IPv6 sockets receive no IPv4
     */
    static Set<Integer> read(Set<Integer> ipv6Only) throws BackendException {
        Set<Integer> ports = ports(lines("udp"));
        ports(lines("udp6")).stream().filter(not(ipv6Only::contains)).forEach(ports::add);
        return ports;
    }

    static Set<Integer> ports(List<String> lines) {
        Set<Integer> ports = new HashSet<>();
        for (String line : lines) {
            Matcher socket = SOCKET.matcher(line);
            if (socket.matches() && MAY_RECEIVE_IPV4.matcher(socket.group(1)).matches()) {
                ports.add(Integer.parseInt(socket.group(2), 16));
            }
        }
        return ports;
    }

    /** For the calling thread, whose namespace may differ from the process's. */
    private static List<String> lines(String table) throws BackendException {
        Path file = Path.of("/proc/thread-self/net", table);
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            if (table.equals("udp6")) {
                return List.of(); // a kernel without IPv6
            }
            throw new BackendException(file + " does not exist: is /proc mounted?", e);
        } catch (IOException e) {
            throw new BackendException("cannot read the UDP ports in use: " + file + ": " + e.getMessage(), e);
        }
    }
}
