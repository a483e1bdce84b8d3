package io.ipipou.source.git;

import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import java.util.Optional;
import org.eclipse.jgit.transport.Transport;

/** How this host authenticates to the server, and the server to this host. */
interface Access extends AutoCloseable {

    /** Prepares a connection. */
    void configure(Transport transport);

    /** Why this host rejected the last connection's server, for the operator. */
    default Optional<String> rejection() {
        return Optional.empty();
    }

    @Override
    default void close() {}

    static Access of(RepositoryUrl url, Location location) throws SourceException {
        return switch (url.kind()) {
            case SSH -> SshAccess.of(url, location);
            case HTTPS -> HttpsAccess.of(url, location);
            case FILE -> transport -> {};
        };
    }
}
