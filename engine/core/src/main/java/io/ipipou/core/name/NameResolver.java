package io.ipipou.core.name;

import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the IPv4 addresses of a host name. */
@FunctionalInterface
public interface NameResolver {

    /** The host's resolver, configured by resolv.conf(5) and nsswitch.conf(5). Blocks until it answers or gives up. */
    NameResolver SYSTEM = new SystemResolver();

    /**
     * All IPv4 addresses of the name, in any order; an empty list when it has only IPv6 addresses.
     *
     * @throws UnknownHostException if the name does not resolve
     */
    List<Ipv4> resolve(String name) throws UnknownHostException;
}
