package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.Route;
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

    /** The state in the output of the four commands that read it. */
    static NamespaceState state(String output) throws BackendException {
        List<List<JsonObject>> dumps = JsonArrays.read(output);
        if (dumps.size() != 4) {
            throw new BackendException("the output is not four lists");
        }
        Set<Route> routes = RouteDump.routes(dumps.get(1), dumps.get(2));
        return NamespaceState.of(dumps.get(0), routes, FouDump.of(dumps.get(3)), Set.of());
    }
}
