package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the calling thread's namespace, with one process at a time. */
final class StateReader {

    /** Numbers instead of the names that files in /etc/iproute2 give them. */
    static final List<String> OPTIONS = List.of("-json", "-details", "-Numeric");

    private static final List<String> STATISTICS = List.of("-json", "-details", "-Numeric", "-statistics");

    /** How often a dump that the kernel calls interrupted is read again. */
    private static final int ATTEMPTS = 4;

    private static final String INTERRUPTED = "Dump was interrupted";

    /** {@code addr show} shows all of every link as well. */
    private static final String LINKS_AND_ADDRESSES = "addr show";

    private static final String ROUTES = "route show table main type unicast";
    private static final String LISTENERS = "fou show";
    private static final String TUNNELS = "link show type ipip";

    private final IpCommand ip;

    StateReader(IpCommand ip) {
        this.ip = ip;
    }

    NamespaceState read() throws BackendException {
        List<List<JsonObject>> dumps = dump(OPTIONS, List.of(LINKS_AND_ADDRESSES, ROUTES, LISTENERS));
        FouDump fou = FouDump.of(dumps.get(2));
        return NamespaceState.of(dumps.get(0), dumps.get(1), fou, UdpPorts.read(fou.ipv6OnlyPorts()));
    }

    Map<LinkName, LinkCounters> counters() throws BackendException {
        return countersOf(dump(STATISTICS, List.of(TUNNELS)).get(0));
    }

    static Map<LinkName, LinkCounters> countersOf(List<JsonObject> linkDump) throws BackendException {
        Map<LinkName, LinkCounters> counters = new HashMap<>();
        for (JsonObject object : linkDump) {
            Optional<LinkName> name = LinkDump.name(object);
            if (name.isPresent() && LinkDump.link(object, name.get()).isPresent()) {
                counters.put(name.get(), LinkDump.counters(object));
            }
        }
        return counters;
    }

    private List<List<JsonObject>> dump(List<String> options, List<String> queries) throws BackendException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Programs.Answer answer = ip.run(options, queries);
            if (answer.err().contains(INTERRUPTED)) {
                continue;
            }
            if (answer.exit() != 0) {
                throw unreadable(queries, answer);
            }
            List<List<JsonObject>> dumps = JsonArrays.read(answer.out());
            if (dumps.size() != queries.size()) {
                throw new BackendException(
                        "ip answered " + queries.size() + " questions with " + dumps.size() + " lists");
            }
            return dumps;
        }
        throw new BackendException("the network changes faster than it can be read (ip says: " + INTERRUPTED
                + "); try again when it is quieter");
    }

    private static BackendException unreadable(List<String> queries, Programs.Answer answer) {
        String said = BatchErrors.parse(answer.err()).all();
        if (said.contains("unknown") || said.contains("Usage") || said.contains("unrecognized")) {
            return new BackendException(
                    "this ip command is too old or not of iproute2, 5.2 or later is needed: " + said);
        }
        if (said.contains("Error talking to the kernel") && queries.contains(LISTENERS)) {
            return new BackendException("the kernel has no FOU: module fou is not loaded and cannot be loaded"
                    + " (try: modprobe fou; the package with the kernel's modules may be missing)");
        }
        return new BackendException("ip cannot read the network (exit status " + answer.exit() + "): " + said);
    }
}
