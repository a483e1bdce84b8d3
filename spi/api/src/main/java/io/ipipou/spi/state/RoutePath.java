package io.ipipou.spi.state;

/**
 * How the kernel sends packets to a destination.
 *
 * @param device what they leave through
 * @param source their source address unless the sender chooses one
 */
public record RoutePath(LinkName device, Ipv4 source) {}
