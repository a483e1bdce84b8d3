package io.ipipou.spi.state;

/**
 * The address and UDP port of one end of a tunnel's outer packets.
 *
 * @param port 1..65535
 */
public record Endpoint(Ipv4 address, int port) {

    public Endpoint {
        Ports.check(port);
    }

    @Override
    public String toString() {
        return address + ":" + port;
    }
}
