package io.ipipou.source.git;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Builds locations with usual values. */
record Locations(Location location) {

    static Locations at(String address, Path directory) {
        return new Locations(new Location(
                address,
                "main",
                "hosts/hub.yaml",
                directory.resolve("cache"),
                new Location.Credentials(Optional.empty(), Optional.empty()),
                Location.Trust.NONE,
                Duration.ofSeconds(30),
                1 << 20));
    }

    Locations ref(String ref) {
        return with(ref, location.path(), location.credentials(), location.trust(), location.timeout());
    }

    Locations path(String path) {
        return with(location.ref(), path, location.credentials(), location.trust(), location.timeout());
    }

    Locations credentials(Location.Credentials credentials) {
        return with(location.ref(), location.path(), credentials, location.trust(), location.timeout());
    }

    Locations trust(Location.Trust trust) {
        return with(location.ref(), location.path(), location.credentials(), trust, location.timeout());
    }

    Locations timeout(Duration timeout) {
        return with(location.ref(), location.path(), location.credentials(), location.trust(), timeout);
    }

    private Locations with(
            String ref, String path, Location.Credentials credentials, Location.Trust trust, Duration timeout) {
        return new Locations(new Location(
                location.address(), ref, path, location.cache(), credentials, trust, timeout, location.maxBytes()));
    }

    ConfigSource open() throws SourceException {
        return new GitProvider().open(location);
    }

    ConfigSource open(Limits limits) throws SourceException {
        return GitSource.of(location, limits);
    }
}
