package io.ipipou.backend.iproute2;

import static io.ipipou.backend.iproute2.BatchWord.quote;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The lines that carry an operation out. Were the tool killed in the middle of writing one, {@code ip} would run what it
 * got of it. So what a command cannot do without comes last in its line: a beginning of it is refused.
 */
final class Commands {

    private static final Pattern INDEX = Pattern.compile("if[0-9].*");

    private Commands() {}

    /**
     * @param operation one that {@link IpLimits} allow
     * @param ipv6 whether the kernel has IPv6
     */
    static List<String> of(Operation operation, boolean ipv6) {
        Resource subject = operation.subject();
        if (subject instanceof IpipLink link) {
            return switch (operation.verb()) {
                case CREATE -> LinkCommands.create(link, ipv6);
                case UPDATE ->
                    guarded(
                            link.name(),
                            LinkCommands.update((IpipLink) operation.before().orElseThrow(), link));
                case DELETE -> guarded(link.name(), List.of(LinkCommands.delete(link.name())));
            };
        }
        String verb =
                switch (operation.verb()) {
                    case CREATE -> "add";
                    case UPDATE -> "change";
                    case DELETE -> "del";
                };
        if (subject instanceof LinkAddress address) {
            return guarded(address.link(), List.of("addr " + verb + address(address)));
        }
        if (subject instanceof Route route) {
            String scope = operation.verb() == Verb.DELETE ? "" : scope(route);
            return guarded(route.device().orElseThrow(), List.of("route " + verb + scope + route(route)));
        }
        if (subject instanceof FouListener listener) {
            return List.of("fou " + verb + listener(listener));
        }
        throw new IllegalArgumentException("no command for " + operation);
    }

    /**
     * Where a link is not there, {@code ip} takes the name {@code if7} for the interface with index 7, which is another;
     * only {@code link show} does not, and ends the batch.
     */
    private static List<String> guarded(LinkName name, List<String> lines) {
        if (!INDEX.matcher(name.value()).matches()) {
            return lines;
        }
        List<String> guarded = new ArrayList<>(List.of("link show dev " + quote(name)));
        guarded.addAll(lines);
        return guarded;
    }

    /** The label says whose an address is only where it is not the link's own name. */
    private static String address(LinkAddress address) {
        String peer = address.peer() + "/" + address.prefixLength();
        String addresses = address.peer().equals(address.address())
                ? " local " + quote(peer)
                : " local " + quote(address.address()) + " peer " + quote(peer);
        String label = hasOwnLabel(address) ? " label " + quote(address.label()) : "";
        return addresses + label + " dev " + quote(address.link());
    }

    static boolean hasOwnLabel(LinkAddress address) {
        return !address.label().equals(address.link().value());
    }

    /** What the kernel would find out; a route that goes is the right one whatever its scope. */
    private static String scope(Route route) {
        return route.gateway().isPresent() ? " scope global" : " scope link";
    }

    private static String route(Route route) {
        String gateway = route.gateway().map(via -> " via " + quote(via)).orElse("");
        return " table main proto " + quote(route.protocol()) + " metric "
                + quote(Integer.toUnsignedLong(route.metric())) + gateway + " dev "
                + quote(route.device().orElseThrow()) + " to " + quote(route.destination());
    }

    private static String listener(FouListener listener) {
        String payload = listener.gue() ? " gue" : " ipproto " + quote(listener.protocol());
        String local = listener.local().isAny() ? "" : " local " + quote(listener.local());
        String peer = listener.peer()
                .map(from -> " peer " + quote(from.address()) + " peer_port " + quote(from.port()))
                .orElse("");
        String device = listener.device().map(name -> " dev " + quote(name)).orElse("");
        return payload + local + peer + device + " port " + quote(listener.port());
    }
}
