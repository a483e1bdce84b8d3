package io.ipipou.source.git;

import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import io.ipipou.spi.source.SourceProvider;

/** Git repositories over https and ssh, and on the local disk. */
public final class GitProvider implements SourceProvider {

    @Override
    public String id() {
        return "git";
    }

    @Override
    public String description() {
        return "a git repository over https or ssh, or on the local disk";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public ConfigSource open(Location location) throws SourceException {
        return GitSource.of(location, Limits.STANDARD);
    }
}
