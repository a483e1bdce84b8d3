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
 * The {@code ip -batch} lines that carry out an operation. If ipipou is killed while it writes a line, {@code ip} runs
 * the part that arrived. So each line ends with something that its command requires, and {@code ip} refuses a part of it.
 */
final class Commands {

    private static final Pattern INDEX_NAME = Pattern.compile("if[0-9].*");

    private Commands() {}

    /**
     * @param operation one that {@link IpLimits} allows
     * @param ipv6 whether the kernel has IPv6
     */
    static List<String> of(Operation operation, boolean ipv6) {
        Resource subject = operation.subject();
        if (subject instanceof IpipLink link) {
            return switch (operation.verb()) {
                case CREATE -> LinkCommands.create(link, ipv6);
                case UPDATE ->
                    checkingLink(
                            link.name(),
                            LinkCommands.update((IpipLink) operation.before().orElseThrow(), link));
                case DELETE -> checkingLink(link.name(), List.of(LinkCommands.delete(link.name())));
            };
        }
        String verb =
                switch (operation.verb()) {
                    case CREATE -> "add";
                    case UPDATE -> "change";
                    case DELETE -> "del";
                };
        if (subject instanceof LinkAddress address) {
            String scope = operation.verb() == Verb.DELETE ? "" : " scope " + quote(address.scope());
            return checkingLink(address.link(), List.of("addr " + verb + scope + address(address)));
        }
        if (subject instanceof Route route) {
            String scope = operation.verb() == Verb.DELETE ? "" : scope(route);
            return checkingLink(route.device().orElseThrow(), List.of("route " + verb + scope + route(route)));
        }
        if (subject instanceof FouListener listener) {
            return List.of("fou " + verb + listener(listener));
        }
        throw new IllegalArgumentException("no command for " + operation);
    }

    /**
     * If no link has the name {@code if7}, {@code ip} takes it for the link with index 7, except in {@code link show},
     * which fails and so ends the batch.
     */
    private static List<String> checkingLink(LinkName name, List<String> lines) {
        if (!INDEX_NAME.matcher(name.value()).matches()) {
            return lines;
        }
        List<String> checked = new ArrayList<>(List.of("link show dev " + quote(name)));
        checked.addAll(lines);
        return checked;
    }

    /** Without a label, the kernel uses the name of the link. */
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

    /** The scope that the kernel would choose. */
    private static String scope(Route route) {
        return route.gateway().isPresent() ? " scope global" : " scope link";
    }

    private static String route(Route route) {
        String gateway =
                route.gateway().map(address -> " via " + quote(address)).orElse("");
        return " table " + quote(Integer.toUnsignedLong(route.table())) + " proto " + quote(route.protocol())
                + " metric "
                + quote(Integer.toUnsignedLong(route.metric())) + gateway + " dev "
                + quote(route.device().orElseThrow()) + " to " + quote(route.destination());
    }

    private static String listener(FouListener listener) {
        String payload = listener.gue() ? " gue" : " ipproto " + quote(listener.protocol());
        String local = listener.local().isAny() ? "" : " local " + quote(listener.local());
        String peer = listener.peer()
                .map(source -> " peer " + quote(source.address()) + " peer_port " + quote(source.port()))
                .orElse("");
        String device = listener.device().map(name -> " dev " + quote(name)).orElse("");
        return payload + local + peer + device + " port " + quote(listener.port());
    }
}
