package io.ipipou.spi.state;

/** The range of UDP port numbers, which are plain {@code int}s everywhere. */
public final class Ports {

    public static final int MIN = 1;
    public static final int MAX = 65535;

    private Ports() {}

    /**
     * Returns the port.
     *
     * @throws IllegalArgumentException if it is not 1..65535
     */
    public static int check(int port) {
        if (port < MIN || port > MAX) {
            throw new IllegalArgumentException("a UDP port is 1..65535, not " + port);
        }
        return port;
    }
}
