package io.ipipou.backend.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class UdpPortsTest {

    private static final String HEADER =
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    /** A FOU port, a connected socket and another socket. */
    @Test
    void ipv4Sockets() {
        assertThat(UdpPorts.parse(HEADER
                        + " 1884: 00000000:15B3 00000000:0000 07 00000000:00000000 00:00000000 00000000     0\n"
                        + " 1885: 0100007F:15B4 0100007F:0063 01 00000000:00000000 00:00000000 00000000     0\n"
                        + "12345: 017100CB:FFFF 00000000:0000 07 00000000:00000000 00:00000000 00000000     0\n"))
                .containsExactlyInAnyOrder(5555, 5556, 65535);
    }

    /** {@code ::} and {@code ::ffff:127.0.0.1}, but not {@code ::1} and {@code fe80::1}, which receive no IPv4. */
    @Test
    void ipv6SocketsThatReceiveIpv4() {
        assertThat(UdpPorts.parse(HEADER
                        + "  1: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07\n"
                        + "  2: 0000000000000000FFFF00000100007F:0036 00000000000000000000000000000000:0000 07\n"
                        + "  3: 00000000000000000000000001000000:0037 00000000000000000000000000000000:0000 07\n"
                        + "  4: 000080FE000000000000000001000000:0038 00000000000000000000000000000000:0000 07\n"))
                .containsExactlyInAnyOrder(53, 54);
    }

    @Test
    void filesAreReadAgainOnEveryCall() throws BackendException, IOException {
        try (UdpPorts ports = UdpPorts.open();
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(ports.read()).contains(socket.getLocalPort());
            socket.close();
            assertThat(ports.read()).doesNotContain(socket.getLocalPort());
        }
    }
}
