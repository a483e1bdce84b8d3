package io.ipipou.core.name;

import io.ipipou.spi.state.Ipv4;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.Arrays;
import java.util.List;

/** Asks the host's resolver, without a cache. */
final class SystemResolver implements NameResolver {

    static {
        // Java caches answers for 30 seconds by default. It reads these properties at its first lookup.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    @Override
    public List<Ipv4> resolve(String name) throws UnknownHostException {
        return Arrays.stream(InetAddress.getAllByName(name))
                .filter(Inet4Address.class::isInstance)
                .map(address -> Ipv4.ofBytes(address.getAddress()))
                .toList();
    }
}
