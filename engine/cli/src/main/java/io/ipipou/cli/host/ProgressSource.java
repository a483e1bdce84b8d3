package io.ipipou.cli.host;

import io.ipipou.cli.process.Progress;
import io.ipipou.cli.process.Terminal;
import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Fetched;
import io.ipipou.spi.source.SourceException;
import java.util.Optional;

/** Shows on a terminal that a repository takes its time. */
record ProgressSource(ConfigSource source, String address, Terminal terminal) implements ConfigSource {

    @Override
    public String head() throws SourceException {
        try (Progress progress = Progress.of(terminal, "asking " + address + " for its newest revision")) {
            return source.head();
        }
    }

    @Override
    public Fetched fetch(Optional<String> since) throws SourceException {
        try (Progress progress = Progress.of(terminal, "fetching " + address)) {
            return source.fetch(since);
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
