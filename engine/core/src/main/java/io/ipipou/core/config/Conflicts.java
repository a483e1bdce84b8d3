package io.ipipou.core.config;

import io.ipipou.spi.config.Settings;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.Ipv4Prefix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What tunnels that are right by themselves cannot be together. The time grows as n log n with their number. Addresses are
 * keys as plain numbers, because the first hash of any record costs a tenth of the start-up.
 */
final class Conflicts {

    private record Owned(At<Ipv4Prefix> route, TunnelEntry tunnel) {
        Ipv4Prefix prefix() {
            return route.value();
        }
    }

    /** What tells peers apart at one local end: entries that say the same tell nothing apart. */
    private record Identity(String localEnd, Optional<Integer> port, String scheme, Settings settings) {}

    private final Ipv4Prefix aliasRange;
    private final Problems problems;
    private final Map<Integer, TunnelEntry> addresses = new HashMap<>();
    private final Map<Integer, TunnelEntry> peerAddresses = new HashMap<>();
    private final Map<Integer, TunnelEntry> aliases = new HashMap<>();
    private final Map<String, TunnelEntry> outerEnds = new HashMap<>();
    private final Map<Identity, TunnelEntry> identities = new HashMap<>();

    Conflicts(Ipv4Prefix aliasRange, Problems problems) {
        this.aliasRange = aliasRange;
        this.problems = problems;
    }

    void check(List<TunnelEntry> tunnels) {
        for (TunnelEntry tunnel : tunnels) {
            inner(tunnel, TunnelFields.INNER_ADDRESS, addresses, "inner.address");
            inner(tunnel, TunnelFields.INNER_PEER, peerAddresses, "inner.peer");
            outerAddresses(tunnel);
            equalAuthentication(tunnel);
            alias(tunnel);
        }
        for (TunnelEntry tunnel : tunnels) { // of which each has its own address in the map by now
            tunnel.values().find(TunnelFields.INNER, TunnelFields.INNER_PEER).ifPresent(address -> {
                TunnelEntry owner = addresses.getOrDefault(address.value().bits(), tunnel);
                if (!owner.is(tunnel)) {
                    taken(tunnel, address.at(), owner, "inner.address");
                }
            });
        }
        routes(tunnels);
    }

    private void inner(TunnelEntry tunnel, Field<Ipv4> field, Map<Integer, TunnelEntry> seen, String name) {
        tunnel.values().find(TunnelFields.INNER, field).ifPresent(address -> {
            unique(seen, address, tunnel, name);
            if (aliasRange.contains(address.value())) {
                String message = "is in settings.aliasRange " + aliasRange;
                error(tunnel, address.at(), message, "write an address outside it, or change settings.aliasRange");
            }
        });
    }

    private void unique(Map<Integer, TunnelEntry> seen, At<Ipv4> address, TunnelEntry tunnel, String field) {
        TunnelEntry other = seen.putIfAbsent(address.value().bits(), tunnel);
        if (other != null) {
            taken(tunnel, address.at(), other, field);
        }
    }

    private void taken(TunnelEntry tunnel, Node at, TunnelEntry other, String field) {
        String message = "is already used by " + other.path() + "." + field;
        error(tunnel, at, message, "write an address that no other tunnel uses");
    }

    /** The kernel tells tunnels apart by their outer addresses and device. A server's get an alias where they collide. */
    private void outerAddresses(TunnelEntry tunnel) {
        boolean fixed = tunnel.isMode(Mode.STATIC) || tunnel.isMode(Mode.CLIENT);
        Optional<String> ends = tunnel.endpoint().filter(remote -> fixed).flatMap(remote -> tunnel.localEnd()
                .map(local -> local + " " + remote.host()));
        TunnelEntry other = ends.isPresent() ? outerEnds.putIfAbsent(ends.get(), tunnel) : null;
        if (other != null) {
            String message = "has the same device, local address and remote address as " + other.path()
                    + ", so the kernel cannot tell them apart";
            problems.error(tunnel.values().at(), message, "use another local.address");
        }
    }

    private void equalAuthentication(TunnelEntry tunnel) {
        Optional<Integer> port = tunnel.local(TunnelFields.LOCAL_PORT);
        Optional<Identity> identity = tunnel.peer()
                .flatMap(Peer::auth)
                .filter(auth -> tunnel.isMode(Mode.SERVER))
                .flatMap(auth -> tunnel.localEnd().map(end -> new Identity(end, port, auth.scheme(), auth.settings())));
        TunnelEntry other = identity.isPresent() ? identities.putIfAbsent(identity.get(), tunnel) : null;
        if (other != null) {
            String message = "its peer and the peer of " + other.path()
                    + " authenticate in the same way, on the same local address and port";
            problems.error(tunnel.values().at(), message, "use a peer with its own auth entry and key");
        }
    }

    private void alias(TunnelEntry tunnel) {
        Optional<At<AliasChoice>> alias = tunnel.values().find(TunnelFields.ALIAS);
        if (alias.isPresent() && alias.get().value() instanceof AliasChoice.Fixed fixed) {
            Node at = alias.get().at();
            unique(aliases, new At<>(fixed.address(), at), tunnel, "alias");
            if (!aliasRange.contains(fixed.address())) {
                String message = "is not in settings.aliasRange " + aliasRange;
                error(tunnel, at, message, "write auto, never or an address in it");
            }
        }
    }

    /** In order, a prefix comes after those that contain it: the ones that are open when it begins. */
    private void routes(List<TunnelEntry> tunnels) {
        List<Owned> routes = new ArrayList<>();
        for (TunnelEntry tunnel : tunnels) {
            tunnel.values().get(TunnelFields.ROUTES).forEach(route -> routes.add(new Owned(route, tunnel)));
        }
        routes.sort(Comparator.comparing(Owned::prefix));
        Deque<Owned> open = new ArrayDeque<>();
        for (Owned owned : routes) {
            while (!open.isEmpty() && !open.element().prefix().overlaps(owned.prefix())) {
                open.pop();
            }
            open.stream()
                    .filter(holder -> !holder.tunnel().is(owned.tunnel())
                            || holder.prefix().equals(owned.prefix()))
                    .findFirst()
                    .ifPresent(holder -> overlap(owned, holder));
            open.push(owned);
        }
    }

    private void overlap(Owned one, Owned two) {
        boolean later = one.route().at().position().compareTo(two.route().at().position()) > 0;
        Owned second = later ? one : two;
        Owned first = later ? two : one;
        boolean twice = first.tunnel().is(second.tunnel());
        error(
                second.tunnel(),
                second.route().at(),
                twice
                        ? "is listed twice"
                        : "overlaps " + first.prefix() + " of " + first.tunnel().path(),
                twice ? "remove one of the two" : "write prefixes that do not overlap");
    }

    /** At the value; where that is inherited, and right in itself, at the tunnel that it is wrong for. */
    private void error(TunnelEntry tunnel, Node at, String message, String instead) {
        boolean inherited = at.path().isIn(FileFormat.DEFAULTS);
        NodePath path = tunnel.path();
        List<String> keys = at.path().keys();
        for (String key : inherited ? keys.subList(1, keys.size()) : List.<String>of()) {
            path = path.key(key);
        }
        problems.error(
                inherited ? tunnel.values().at().position() : at.position(),
                inherited ? path : at.path(),
                at.shown() + message,
                instead);
    }
}
