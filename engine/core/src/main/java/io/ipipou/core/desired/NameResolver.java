package io.ipipou.core.desired;

import io.ipipou.spi.state.Ipv4;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Looks up the IPv4 addresses of a host name. */
@FunctionalInterface
public interface NameResolver {

    /** The host's own resolver: {@code /etc/hosts}, DNS, as configured there. Blocks for as long as that does. */
    NameResolver SYSTEM = name -> Arrays.stream(InetAddress.getAllByName(name))
            .filter(Inet4Address.class::isInstance)
            .map(address -> Ipv4.ofBytes(address.getAddress()))
            .toList();

    /**
     * All IPv4 addresses of the name, in any order; none when it has only others.
     *
     * @throws UnknownHostException if the name cannot be resolved now
     */
    List<Ipv4> resolve(String name) throws UnknownHostException;
}
