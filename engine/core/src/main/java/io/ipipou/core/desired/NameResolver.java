package io.ipipou.core.desired;

import io.ipipou.spi.state.Ipv4;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the IPv4 addresses of a host name. */
@FunctionalInterface
public interface NameResolver {

    /** The host's own resolver: {@code /etc/hosts}, DNS, as configured there. Blocks for as long as that does. */
    NameResolver SYSTEM = new SystemResolver();

    /**
     * All IPv4 addresses of the name, in any order; none when it has only others.
     *
     * @throws UnknownHostException if the name cannot be resolved now
     */
    List<Ipv4> resolve(String name) throws UnknownHostException;
}
