package io.ipipou.agent.client;

import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the packet and byte counters of links. */
@FunctionalInterface
interface LinkCounterReader {

    /** Reads proc(5)'s {@code net/dev} of the calling thread's network namespace, which may differ from the process's. */
    LinkCounterReader KERNEL = names -> parse(Files.readAllLines(Path.of("/proc/thread-self/net/dev")), names);

    /** The counters of those of the links that exist. */
    Map<LinkName, LinkCounters> read(Set<LinkName> names) throws IOException;

    /** {@code NAME: BYTES PACKETS ERRS DROP FIFO FRAME COMPRESSED MULTICAST BYTES PACKETS ERRS DROP ...}. */
    static Map<LinkName, LinkCounters> parse(List<String> lines, Set<LinkName> names) {
        Map<LinkName, LinkCounters> found = new HashMap<>();
        for (String line : lines) {
            int colon = line.lastIndexOf(':');
            LinkName name = colon < 0
                    ? null
                    : LinkName.parse(line.substring(0, colon).strip()).orElse(null);
            if (name != null && names.contains(name)) {
                String[] fields = line.substring(colon + 1).strip().split(" +");
                found.put(
                        name,
                        new LinkCounters(
                                number(fields[1]),
                                number(fields[0]),
                                number(fields[2]),
                                number(fields[3]),
                                number(fields[9]),
                                number(fields[8]),
                                number(fields[10]),
                                number(fields[11])));
            }
        }
        return found;
    }

    private static long number(String field) {
        return Long.parseUnsignedLong(field);
    }
}
