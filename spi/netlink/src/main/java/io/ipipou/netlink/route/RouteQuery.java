package io.ipipou.netlink.route;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/**
 * A packet that this host sends.
 *
 * @param source its source address, one of the host's; empty to let the kernel choose
 * @param device the only one that it can leave through; empty for any
 */
public record RouteQuery(Ipv4 destination, Optional<Ipv4> source, Optional<LinkName> device) {}
