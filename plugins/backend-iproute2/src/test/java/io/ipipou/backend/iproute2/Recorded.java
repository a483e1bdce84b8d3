package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads the resources in {@code recorded}. */
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

    /** The state in the output of the three commands that read it. */
    static NamespaceState state(String output) throws BackendException {
        List<List<JsonObject>> dumps = JsonArrays.read(output);
        if (dumps.size() != 3) {
            throw new BackendException("the output is not three lists");
        }
        return NamespaceState.of(dumps.get(0), dumps.get(1), FouDump.of(dumps.get(2)), Set.of());
    }
}
