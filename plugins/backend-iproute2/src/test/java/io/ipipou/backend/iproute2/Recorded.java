package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads the files of {@code recorded}. */
final class Recorded {

    private Recorded() {}

    static String text(String file) throws IOException {
        try (InputStream in = Recorded.class.getResourceAsStream("/recorded/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
        }
    }

    static List<String> lines(String file) throws IOException {
        return text(file).lines().toList();
    }

    /** What an observation makes of what was printed. */
    static NamespaceState snapshot(String printed) throws BackendException {
        List<List<JsonObject>> dumps = JsonArrays.read(printed);
        if (dumps.size() != 3) {
            throw new BackendException("not three lists");
        }
        return NamespaceState.of(dumps.get(0), dumps.get(1), FouDump.of(dumps.get(2)), Set.of());
    }
}
