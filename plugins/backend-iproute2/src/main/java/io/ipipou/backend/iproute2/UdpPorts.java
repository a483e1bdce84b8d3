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

/** The UDP ports in use, from proc(5). */
final class UdpPorts {

    /** {@code sl: ADDRESS:PORT ...} in hexadecimal; an address is its 32-bit words in the host's byte order. */
    private static final Pattern SOCKET = Pattern.compile("\\s*\\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) .*");

    /** The unspecified address, and the words before an IPv4 address that is mapped into IPv6, in either byte order. */
    private static final Pattern TAKES_IPV4 = Pattern.compile(".{8}|0{32}|0{16}(FFFF0000|0000FFFF).{8}");

    private UdpPorts() {}

    /**
     * Every port of an IPv4 socket, and of an IPv6 socket that is bound to all or to a mapped address: it cannot be
     * seen here whether such a socket takes IPv4, so all do that are not known to be otherwise.
     *
     * @param ipv6Only ports whose IPv6 sockets take no IPv4
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
            if (socket.matches() && TAKES_IPV4.matcher(socket.group(1)).matches()) {
                ports.add(Integer.parseInt(socket.group(2), 16));
            }
        }
        return ports;
    }

    /** The calling thread's, which may be in another namespace than the process. */
    private static List<String> lines(String table) throws BackendException {
        Path file = Path.of("/proc/thread-self/net", table);
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            if (table.equals("udp6")) {
                return List.of(); // a kernel without IPv6
            }
            throw new BackendException(file + " is not there: is /proc mounted?", e);
        } catch (IOException e) {
            throw new BackendException("the UDP ports in use cannot be read: " + file + ": " + e.getMessage(), e);
        }
    }
}
