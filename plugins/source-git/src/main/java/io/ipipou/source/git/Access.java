package io.ipipou.source.git;

import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import java.util.Optional;
import org.eclipse.jgit.transport.Transport;

/** How this host shows who it is, and knows whom it talks to. */
interface Access extends AutoCloseable {

    /** Prepares a connection. */
    void configure(Transport transport);

    /** Why the last connection was refused on this side, for the operator. */
    Optional<String> refusal();

    @Override
    void close();

    static Access of(RepositoryUrl address, Location location) throws SourceException {
        return switch (address.kind()) {
            case SSH -> SshAccess.of(address, location);
            case HTTPS -> HttpsAccess.of(address, location.credentials());
            case GIT, FILE -> new Open();
        };
    }

    /** Nobody is asked for anything. */
    record Open() implements Access {

        @Override
        public void configure(Transport transport) {}

        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
