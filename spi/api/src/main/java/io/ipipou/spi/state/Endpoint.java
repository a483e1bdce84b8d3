package io.ipipou.spi.state;

/**
 * An outer UDP endpoint: where a peer's packets come from and go to.
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
