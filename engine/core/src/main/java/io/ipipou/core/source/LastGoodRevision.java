package io.ipipou.core.source;

import io.ipipou.core.config.SecretPlaces;
import io.ipipou.core.config.Source;
import io.ipipou.spi.source.Revision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The revision in force: the last one that this host was verified to match.
 *
 * @param version of this format
 * @param since when it was applied, by this host's clock
 * @param secretsDirectory where its secret files are
 * @param content of its file, which can hold secrets
 */
public record LastGoodRevision(
        int version,
        SourceRef source,
        Revision revision,
        Instant since,
        Optional<String> secretsDirectory,
        String content) {

    static final int VERSION = 1;

    /** The name of its file in messages. */
    public String name() {
        return source.fileAt(revision.id());
    }

    public Source file() {
        return new Source(
                name(), content.getBytes(StandardCharsets.UTF_8), SecretPlaces.under(secretsDirectory.map(Path::of)));
    }

    /** Without the content. */
    @Override
    public String toString() {
        return name();
    }
}
