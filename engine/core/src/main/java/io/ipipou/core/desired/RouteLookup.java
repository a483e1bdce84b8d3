package io.ipipou.core.desired;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.RoutePath;
import java.util.Optional;

/** Asks the kernel for routes: {@link io.ipipou.spi.backend.Backend#routeTo}. */
@FunctionalInterface
public interface RouteLookup {

    /** Of a host without routes. */
    RouteLookup NONE = (destination, device) -> Optional.empty();

    Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException;
}
