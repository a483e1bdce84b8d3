package io.ipipou.backend.iproute2;

import static io.ipipou.backend.iproute2.BatchWord.quote;

import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the state of the calling thread's namespace with {@code ip}, in one process. */
final class StateReader {

    /** {@code -Numeric}: numbers instead of the names in /etc/iproute2. */
    static final List<String> OPTIONS = List.of("-json", "-details", "-Numeric");

    private static final List<String> STATISTICS = List.of("-json", "-details", "-Numeric", "-statistics");

    /** How many times a dump is read if the kernel reports that it was interrupted. */
    private static final int ATTEMPTS = 4;

    private static final String INTERRUPTED = "Dump was interrupted";

    /** {@code addr show} prints everything about the links too. */
    private static final String LINKS_AND_ADDRESSES = "addr show";

    private static final String MAIN_ROUTES = "route show table main type unicast";

    /** The kernel filters by protocol; without the root, {@code ip} would list IPv6 too. */
    private static final String OWN_ROUTES =
            "route show table all type unicast proto " + Route.PROTOCOL_IPIPOU + " root 0.0.0.0/0";

    private static final String LISTENERS = "fou show";
    private static final String TUNNELS = "link show type ipip";

    /** No route, or one of type unreachable, prohibit or blackhole; or its link is down. */
    private static final Set<Errno> NO_ROUTE =
            Set.of(Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EACCES, Errno.EINVAL, Errno.ENETDOWN, Errno.ENODEV);

    /** Why no FOU port can be read or created. */
    static final String NO_MODULE =
            "the kernel does not support FOU: module fou is not loaded and cannot be loaded (try: modprobe fou;"
                    + " the package with the kernel's modules may be missing)";

    private final IpCommand ip;
    /** Whether the last {@link #read} found that. */
    private boolean withoutFou;

    StateReader(IpCommand ip) {
        this.ip = ip;
    }

    NamespaceState read() throws BackendException {
        List<List<JsonObject>> dumps;
        try {
            dumps = dump(OPTIONS, List.of(LINKS_AND_ADDRESSES, MAIN_ROUTES, OWN_ROUTES, LISTENERS));
            withoutFou = false;
        } catch (BackendException e) {
            if (!NO_MODULE.equals(e.getMessage())) {
                throw e;
            }
            dumps = dump(OPTIONS, List.of(LINKS_AND_ADDRESSES, MAIN_ROUTES, OWN_ROUTES));
            withoutFou = true;
        }
        FouDump fou = FouDump.of(withoutFou ? List.of() : dumps.get(3));
        Set<Route> routes = RouteDump.routes(dumps.get(1), dumps.get(2));
        return NamespaceState.of(dumps.get(0), routes, fou, UdpPorts.read(fou.ipv6OnlyPorts()));
    }

    Set<Route> routesIn(int table) throws BackendException {
        String query = "route show table " + Integer.toUnsignedString(table) + " type unicast";
        return RouteDump.routesIn(table, dump(OPTIONS, List.of(query)).get(0));
    }

    /** Some versions of {@code ip} list nothing for a table that does not exist, others fail. */
    private static boolean isMissingTable(Programs.Result result) {
        return result.err().contains("FIB table does not exist");
    }

    /** Why the operation is impossible on the kernel as last read; empty if it is possible. */
    Optional<String> validate(Operation operation) {
        return withoutFou && operation.verb() == Verb.CREATE && operation.subject() instanceof FouListener
                ? Optional.of(NO_MODULE)
                : Optional.empty();
    }

    Map<LinkName, LinkCounters> counters() throws BackendException {
        return countersOf(dump(STATISTICS, List.of(TUNNELS)).get(0));
    }

    Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        String through = device.map(name -> " oif " + quote(name)).orElse("");
        Programs.Result result = ip.run(OPTIONS, List.of("route get to " + quote(destination) + through));
        if (result.exit() != 0) {
            String message = BatchErrors.parse(result.err()).text();
            if (message.startsWith("Cannot find device")
                    || IpErrors.ofText(message).filter(NO_ROUTE::contains).isPresent()) {
                return Optional.empty();
            }
            throw new BackendException("ip cannot look up a route (exit status " + result.exit() + "): " + message);
        }
        List<JsonObject> routes = JsonArrays.read(result.out()).get(0);
        return routes.isEmpty() ? Optional.empty() : path(routes.get(0));
    }

    private static Optional<RoutePath> path(JsonObject route) throws BackendException {
        Optional<LinkName> device = route.text("dev").flatMap(LinkName::parse);
        return device.isEmpty() || !route.has("prefsrc")
                ? Optional.empty()
                : Optional.of(new RoutePath(device.get(), route.address("prefsrc")));
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
            Programs.Result result = ip.run(options, queries);
            if (result.err().contains(INTERRUPTED)) {
                continue;
            }
            if (result.exit() != 0 && queries.size() == 1 && isMissingTable(result)) {
                return List.of(List.of());
            }
            if (result.exit() != 0) {
                throw failure(queries, result);
            }
            List<List<JsonObject>> dumps = JsonArrays.read(result.out());
            if (dumps.size() != queries.size()) {
                throw new BackendException("ip printed " + dumps.size() + " lists for " + queries.size() + " commands");
            }
            return dumps;
        }
        throw new BackendException(
                "the network keeps changing while it is being read (ip: " + INTERRUPTED + "); try again");
    }

    private static BackendException failure(List<String> queries, Programs.Result result) {
        String message = BatchErrors.parse(result.err()).text();
        if (message.contains("unknown") || message.contains("Usage") || message.contains("unrecognized")) {
            return new BackendException(
                    "the ip command is too old or not from iproute2; version 5.2 or later is required: " + message);
        }
        if (message.contains("Error talking to the kernel") && queries.contains(LISTENERS)) {
            return new BackendException(NO_MODULE);
        }
        return new BackendException("ip cannot read the network (exit status " + result.exit() + "): " + message);
    }
}
